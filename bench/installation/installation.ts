// The SpiderPig installation that is measured: the parts of `npm start` in a temporary directory, with a database that
// syncs to the disk, the production build of the pages, the sandbox's Gerrit and, instead of scap, the program that a
// benchmark needs. Each benchmark starts its own worker; all other parts keep running.
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadConfig } from "#lib/config.ts";
import { closeDatabase, type Database, openDatabase, query } from "#lib/db/connection.ts";
import { DEMO_ACCOUNTS } from "#lib/domain/demo-accounts.ts";
import { localAddress, planOf, type Settings, type World as SandboxAddresses } from "../../scripts/parts.ts";
import { freePort } from "../../scripts/ports.ts";
import { beginStep } from "../../scripts/steps.ts";
import type { RunningProgram } from "../../scripts/program.ts";
import type { Part } from "../../scripts/supervisor.ts";
import { findHolder } from "../../holder/client/find-holder.ts";
import { until } from "../until.ts";
import { type Client, createClient } from "./client.ts";

export type Installation = {
  readonly client: Client;
  readonly databaseUrl: string;
  /** Of the pages. */
  readonly address: string;
  readonly db: Database;
  readonly dataDir: string;
  readonly web: RunningProgram;
  /** Starts a worker whose scap is this command. It stops when the benchmark ends. */
  startWorker(command: readonly string[]): Promise<RunningProgram>;
  stopWorkers(): Promise<void>;
  stopDatabase(): Promise<void>;
  /** Starts it at the same address. */
  startDatabase(): Promise<void>;
  /** A path to which a measured program writes its timestamps. */
  newReport(): string;
  close(): Promise<void>;
};

const HOST = "127.0.0.1";

export async function startInstallation(signal: AbortSignal): Promise<Installation> {
  const dataDir = mkdtempSync(join(tmpdir(), "spiderpig-bench-"));
  mkdirSync(join(dataDir, "logs"));
  const running = new Map<string, RunningProgram>();
  const cleanUps: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (const cleanUp of cleanUps.toReversed()) await cleanUp();
    await endDeployments(dataDir);
    for (const part of [...running.values()].toReversed()) await part.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };

  // Hundreds of watchers share one account. The parts inherit this variable.
  process.env["STREAMS_PER_USER"] = "1000";
  try {
    const settings = settingsFor(dataDir, await freePort(HOST));
    const addresses: SandboxAddresses = {};
    const plan = planOf(settings, addresses);
    await startParts(plan, running, signal);
    const databaseUrl = addresses.databaseUrl ?? "";
    const db = openDatabase(databaseUrl, "spiderpig bench");
    cleanUps.push(() => closeDatabase(db).catch(() => undefined));
    const address = localAddress(HOST, settings.port);
    const client = createClient(address, await signIn(address));
    const workers = createWorkers(db, (command) => {
      return startPart(planOf({ ...settings, scapCommand: command }, addresses), "worker", signal);
    });
    cleanUps.push(
      () => workers.stop(),
      () => Promise.resolve(client.close()),
    );
    let reportCount = 0;

    return {
      client,
      databaseUrl,
      address,
      db,
      dataDir,
      get web() {
        const web = running.get("web");
        if (web === undefined) throw new Error("web is not running");
        return web;
      },
      startWorker: (command) => workers.start(command),
      async stopWorkers() {
        await workers.stop();
        await endDeployments(dataDir);
      },
      async stopDatabase() {
        await running.get("database")?.stop();
      },
      async startDatabase() {
        running.set("database", await startPart(plan, "database", signal));
      },
      newReport: () => join(dataDir, `report-${(reportCount += 1)}`),
      close,
    };
  } catch (cause) {
    await close();
    throw cause;
  }
}

/** The workers of a benchmark. One has started when its row exists. */
function createWorkers(db: Database, startPart: (command: readonly string[]) => Promise<RunningProgram>) {
  const workers: RunningProgram[] = [];
  return {
    async start(command: readonly string[]): Promise<RunningProgram> {
      const worker = await startPart(command);
      workers.push(worker);
      await until("the worker to register", () => hasRow(db, worker.pid));
      return worker;
    },
    stop: () => Promise.all(workers.splice(0).map((worker) => worker.stop())),
  };
}

function settingsFor(dataDir: string, port: number): Settings {
  const config = loadConfig({ DATA_DIR: dataDir, HOST, PORT: String(port), SCAP_COMMAND: '["/bin/false"]' });
  return { ...config, sessionSecret: randomBytes(32).toString("base64url"), sandboxPort: 0 };
}

/** Starts everything but the worker. */
async function startParts(
  plan: readonly Part[],
  running: Map<string, RunningProgram>,
  signal: AbortSignal,
): Promise<void> {
  for (const item of plan) {
    if (item.name === "worker") continue;
    const step = beginStep(item.name);
    const started = await item.start(signal);
    if (typeof started !== "string") running.set(item.name, started);
    step.done(typeof started === "string" ? started : "started");
    signal.throwIfAborted();
  }
}

async function startPart(plan: readonly Part[], name: string, signal: AbortSignal): Promise<RunningProgram> {
  const started = await plan.find((item) => item.name === name)?.start(signal);
  if (started === undefined || typeof started === "string") throw new Error(`unknown part: ${name}`);
  return started;
}

async function hasRow(db: Database, pid: number): Promise<boolean> {
  const rows = await query(db, "select 1 from spiderpig.worker where pid = $1 and stopped_at is null", [pid]);
  return rows.length > 0;
}

/** Signs in as the page does, so that requests are measured with a browser session. */
async function signIn(address: string): Promise<string> {
  const [{ name: username, password }] = DEMO_ACCOUNTS;
  const response = await fetch(`${address}/api/auth/sign-in/username`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: address },
    body: JSON.stringify({ username, password }),
  });
  if (!response.ok) throw new Error(`signing in was answered ${response.status}: ${await response.text()}`);
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";", 1)[0])
    .join("; ");
}

/** Deployments outlive their worker, so an interrupted benchmark would leave some running. */
async function endDeployments(dataDir: string): Promise<void> {
  for (const jobId of jobIds(dataDir)) {
    const holder = await findHolder(dataDir, jobId).catch(() => undefined);
    if (holder?.state !== "alive") continue;
    if (holder.childPid !== null) endProcess(holder.childPid);
    await until(`the end of the holder of job ${jobId}`, async () => {
      return (await findHolder(dataDir, jobId)).state !== "alive";
    }).catch(() => endProcess(holder.pid));
  }
}

function jobIds(dataDir: string): string[] {
  try {
    return readdirSync(join(dataDir, "jobs"));
  } catch {
    return []; // no job has been started
  }
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has exited already.
  }
}

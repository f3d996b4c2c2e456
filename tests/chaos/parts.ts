// The workers and web processes of a run, which all rounds share. Each round has its own sandboxes; the workers start a
// script that selects the sandbox and the dialect of a lane and becomes scap.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { closeDatabase, type Database, openDatabase } from "#lib/db/connection.ts";
import { asRole } from "#lib/migrate/roles.ts";
import { freePort } from "../../scripts/ports.ts";
import { copySandbox } from "../support/sandbox.ts";
import { until } from "../support/until.ts";
import { type Environment, requesterOf, SESSION_SECRET, SPEED } from "./environment.ts";
import { WEBS, WORKERS } from "./plan.ts";
import { manageProcess, type ManagedProcess } from "./managed-process.ts";
import { killHard, processesOf } from "../../scripts/processes.ts";

const HOST = "127.0.0.1";
const ROOT = join(import.meta.dirname, "../..");
const READY_TIMEOUT_MS = 240_000;

export type LaneSandbox = { directory: string; dialect: string; asksSecret: boolean };

export type Parts = {
  db: Database;
  dataDir: string;
  addresses: string[];
  workers: ManagedProcess[];
  webs: ManagedProcess[];
  all: ManagedProcess[];
  /** Sets the sandbox and the dialect of each lane, and the directory of the recordings. */
  deployTo(lanes: readonly LaneSandbox[], recordDirectory: string): void;
  /** Violations by the processes themselves since the last call. */
  takeViolations(): string[];
  /** Sends SIGTERM to all. */
  end(): Promise<void>;
  destroy(): Promise<void>;
};

export async function startParts(environment: Environment, directory: string): Promise<Parts> {
  const dataDir = join(directory, "data");
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const databaseUrl = await environment.createDatabase("rounds");
  // SpiderPig queries this sandbox only, so that a merge in one lane does not affect the others.
  const review = await copySandbox(join(directory, "review"), SPEED);
  const ports: number[] = [];
  for (let web = 0; web < WEBS; web += 1) ports.push(await freePort(HOST));
  const addresses = ports.map((port) => `http://${HOST}:${port}`);
  const violations: string[] = [];
  const script = join(directory, "scap.sh");
  const start = (name: string, program: string, env: Record<string, string>): ManagedProcess =>
    manageProcess({
      name,
      program: [join(ROOT, program)],
      env: {
        HOME: directory,
        DATA_DIR: dataDir,
        GERRIT_URL: review.gerritUrl,
        LOG_LEVEL: "info",
        ...env,
      },
      logFile: join(directory, `${name}.log`),
      onViolation: (violation) => violations.push(violation),
    });
  const workers = Array.from({ length: WORKERS }, (_, index) =>
    start(`worker-${index}`, "worker/main.ts", {
      DATABASE_URL: asRole(databaseUrl, "spiderpig_worker"),
      WORKER_HOST: "chaos",
      SCAP_COMMAND: JSON.stringify(["bash", script]),
      SANDBOX_SPEED: String(SPEED),
    }),
  );
  const webs = ports.map((port, index) =>
    start(`web-${index}`, "web/main.ts", {
      NODE_ENV: "production",
      NEXT_TELEMETRY_DISABLED: "1",
      DATABASE_URL: asRole(databaseUrl, "spiderpig_web"),
      HOST,
      PORT: String(port),
      PUBLIC_URL: "http://127.0.0.1",
      SESSION_SECRET,
      // All watchers of a round share a few accounts.
      STREAMS_PER_USER: "1000",
    }),
  );
  const all = [...workers, ...webs];
  const db = openDatabase(databaseUrl, "chaos");
  const parts: Parts = {
    db,
    dataDir,
    addresses,
    workers,
    webs,
    all,
    deployTo: (lanes, recordDirectory) => writeFileSync(script, scapScript(lanes, recordDirectory)),
    takeViolations: () => violations.splice(0),
    async end() {
      await Promise.all(all.map((one) => one.end()));
    },
    async destroy() {
      await Promise.all(all.map((one) => one.destroy()));
      for (const { pid } of processesOf(dataDir)) killHard(pid);
      await review.close();
      await closeDatabase(db).catch(() => undefined);
    },
  };
  try {
    await untilReady(addresses);
  } catch (cause) {
    await parts.destroy();
    throw cause;
  }
  return parts;
}

async function untilReady(addresses: readonly string[]): Promise<void> {
  await until(
    "all parts to be ready",
    async () => {
      const healths = await Promise.all(
        addresses.map(async (address) => {
          try {
            const response = await fetch(`${address}/api/health`);
            return ((await response.json()) as { workers: number }).workers;
          } catch {
            return 0;
          }
        }),
      );
      return healths.every((workers) => workers === WORKERS);
    },
    { timeoutMs: READY_TIMEOUT_MS, everyMs: 50 },
  );
}

/** Selects the sandbox and the dialect by the requester, and replaces itself with scap. */
function scapScript(lanes: readonly LaneSandbox[], recordDirectory: string): string {
  const cases = lanes.map(
    ({ directory, dialect, asksSecret }, lane) =>
      `${requesterOf(lane)}) SANDBOX_DIR='${directory}' SANDBOX_SCAP_DIALECT='${dialect}' ` +
      `SANDBOX_SCAP_PASSPHRASE='${asksSecret ? "asked" : ""}' ;;`,
  );
  return [
    'case "$SPIDERPIG_REAL_USER" in',
    ...cases,
    "esac",
    `SANDBOX_RECORD_DIR='${recordDirectory}'`,
    "export SANDBOX_DIR SANDBOX_SCAP_DIALECT SANDBOX_SCAP_PASSPHRASE SANDBOX_RECORD_DIR",
    `exec '${process.execPath}' '${join(ROOT, "sandbox/scap/main.ts")}' "$@"`,
    "",
  ].join("\n");
}

// The whole product for a test: what `npm start` starts, with a database, a sandbox and a directory of its own.
import { spawn } from "node:child_process";
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { openDatabase, closeDatabase, type Database } from "#lib/db/connection.ts";
import { testDatabase } from "../../support/database.ts";
import { killHard, processesOf } from "../../../scripts/processes.ts";

const ROOT = path.resolve(import.meta.dirname, "../../..");
const SCAP = path.join(ROOT, "sandbox/scap/main.ts");
const START_TIMEOUT_MS = 420_000;
/** A deployment takes about a second of waiting, besides what it really does. */
const SPEED = "50";
/** Errors per minute above which an answer on the test servers needs a second confirmation. Without a broken change there are six. */
export const ERRORS_ABOVE = 15;
const POLICY = {
  version: "tests",
  // A stage at which no other test answers a question of a revert.
  fourEyes: [{ operations: ["revert"], stages: ["canaries"] }],
  errorRate: [{ operations: ["backport"], stages: ["testservers"], above: ERRORS_ABOVE }],
};
const TASK_URL = "https://tasks.example/{task}";

export type World = {
  url: string;
  /** For jobs with a past (tests/seed/seed.ts). */
  db: Database;
  databaseUrl: string;
  /** The URL of the first server of a stage. */
  server: (stage: "testservers" | "production") => string;
  /** OPERATIONS_FILE; at the start the sandbox's. */
  operationsFile: string;
  /** Resets the sandbox to nothing deployed. Jobs from now on run this scap. */
  reset: (scap?: Scap) => Promise<void>;
  close: () => Promise<void>;
};

/** The sandbox's scap, with the wording of this dialect (sandbox/scap/README.md), or another program instead of it. */
export type Scap = { dialect?: string; program?: string };

export async function startWorld(): Promise<World> {
  const directory = await mkdtemp(path.join(os.tmpdir(), "spiderpig-e2e-"));
  const database = await testDatabase();
  const scapScript = path.join(directory, "scap.sh");
  const chooseScap = async ({ dialect = "today", program = SCAP }: Scap) =>
    writeFile(scapScript, `SANDBOX_SCAP_DIALECT='${dialect}' exec '${process.execPath}' '${program}' "$@"\n`);
  await chooseScap({});
  const operationsFile = path.join(directory, "operations.yaml");
  await copyFile(path.join(ROOT, "sandbox/operations.yaml"), operationsFile);
  const policyFile = path.join(directory, "policy.json");
  await writeFile(policyFile, JSON.stringify(POLICY));
  const supervisor = spawn(process.execPath, [path.join(ROOT, "scripts/start.ts")], {
    cwd: ROOT,
    env: {
      ...process.env,
      DATABASE_URL: database.url,
      DATA_DIR: directory,
      HOST: "127.0.0.1",
      PORT: "0",
      SANDBOX_SPEED: SPEED,
      TASK_URL,
      ERRORS_INTERVAL_SECONDS: "2",
      NODE_OPTIONS: "",
      SCAP_COMMAND: JSON.stringify(["sh", scapScript]),
      OPERATIONS_FILE: operationsFile,
      POLICY_FILE: policyFile,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise<void>((resolve) => supervisor.once("exit", () => resolve()));
  const leave = async () => {
    supervisor.kill("SIGTERM");
    await ended;
    killEverythingOf(directory);
    await database.close();
    await rm(directory, { recursive: true, force: true });
  };
  const url = await addressOf(supervisor.stdout, supervisor.stderr, ended).catch(async (cause: unknown) => {
    await leave();
    throw cause;
  });
  const { gerritUrl, servers } = await sandboxOf(directory);
  const db = openDatabase(database.url, "e2e");
  return {
    url,
    db,
    databaseUrl: database.url,
    operationsFile,
    server: (stage) => servers.find((one) => one.stage === stage)?.url ?? "",
    async reset(scap = {}) {
      await chooseScap(scap);
      const answer = await fetch(`${gerritUrl}/sandbox/reset`, { method: "POST", redirect: "manual" });
      if (answer.status >= 400) throw new Error(`the sandbox cannot be reset: ${await answer.text()}`);
    },
    async close() {
      await closeDatabase(db);
      await leave();
    },
  };
}

/**
 * A deployment outlives the supervisor, by design; one that a failed test left behind must not outlive the test.
 * Whatever belongs to this world has its directory, which no other process has, in its environment.
 */
function killEverythingOf(directory: string): void {
  for (const { pid } of processesOf(directory)) killHard(pid);
}

/** Resolves with the address that the greeting names. @throws with everything it said, when it does not start. */
async function addressOf(
  stdout: NodeJS.ReadableStream,
  stderr: NodeJS.ReadableStream,
  ended: Promise<void>,
): Promise<string> {
  const said: string[] = [];
  const found = Promise.withResolvers<string>();
  const onLine = (line: string) => {
    said.push(line);
    const address = /SpiderPig is up: (\S+)/.exec(line)?.[1];
    if (address !== undefined) found.resolve(address);
  };
  createInterface({ input: stdout }).on("line", onLine);
  createInterface({ input: stderr }).on("line", onLine);
  const fail = (why: string) => found.reject(new Error(`${why}:\n${said.join("\n")}`));
  void ended.then(() => fail("the world ended while it started"));
  const timer = setTimeout(() => fail("the world did not start in time"), START_TIMEOUT_MS);
  try {
    return await found.promise;
  } finally {
    clearTimeout(timer);
  }
}

type Sandbox = { gerritUrl: string; servers: { stage: string; url: string }[] };

async function sandboxOf(directory: string): Promise<Sandbox> {
  const text = await readFile(path.join(directory, "sandbox/sandbox.json"), "utf8");
  return JSON.parse(text) as Sandbox;
}

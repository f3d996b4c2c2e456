// Starts real components for a test: a separate database, worker processes, and commands in real terminals. The command is
// either the sandbox's scap in a separate sandbox world, or a small script for each job. Everything is stopped at the end;
// a process that is left behind fails the test that started it.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createJob } from "#lib/actions/create-job.ts";
import { insertAccount } from "#lib/db/accounts.ts";
import { closeDatabase, type Database, openDatabase, query, transaction } from "#lib/db/connection.ts";
import { appendEvent } from "#lib/db/events.ts";
import { insertJob } from "#lib/db/jobs.ts";
import type { User } from "#lib/domain/permission.ts";
import { NO_POLICY } from "#lib/domain/policy.ts";
import { asRole } from "#lib/migrate/roles.ts";
import { createGerrit } from "#lib/gerrit/client.ts";
import { backport } from "#lib/operations/backport.ts";
import { jobOperation } from "#lib/operations/operation.ts";
import { createOperations } from "#lib/operations/operations.ts";
import { sendDispatch } from "#lib/queue/send.ts";
import type { Sandbox } from "../../sandbox/sandbox.ts";
import { processesOf } from "../../scripts/processes.ts";
import { testDatabase } from "./database.ts";
import { createJobDriver, person } from "./job-driver.ts";
import { copySandbox } from "./sandbox.ts";
import { killUnfinished, leftBehind, readHolder } from "./started-jobs.ts";
import { spawnWorker, untilReady, type WorkerProcess } from "./worker-process.ts";

const SCAP = fileURLToPath(new URL("../../sandbox/scap/main.ts", import.meta.url));

export type StackOptions = {
  /** An existing database, instead of a new one. */
  databaseUrl?: string;
  /** Use the sandbox's world and its scap, instead of scripts. */
  world?: boolean;
  /** Replaces the whole command. */
  scapCommand?: readonly string[];
  env?: Record<string, string>;
};

export { person } from "./job-driver.ts";
export type { WorkerProcess } from "./worker-process.ts";
export type Stack = Awaited<ReturnType<typeof startStack>>;
export type Cleaner = (clean: () => Promise<void>) => void;

/** @param clean `after` of the file or of the test. */
export async function startStack(
  clean: Cleaner,
  { databaseUrl, world, scapCommand, env }: StackOptions = {},
) {
  const directory = mkdtempSync(join(tmpdir(), "stack-"));
  const dataDir = join(directory, "data");
  const recordDirectory = join(directory, "recordings");
  mkdirSync(dataDir);
  const database = await (databaseUrl === undefined ? testDatabase() : existingDatabase(databaseUrl));
  const db = openDatabase(database.url, "stack");
  const workers: WorkerProcess[] = [];
  let sandbox: Sandbox | undefined;
  clean(async () => {
    try {
      await endProcesses(dataDir, workers);
    } finally {
      await sandbox?.close();
      await closeDatabase(db).catch(() => undefined);
      await database.close();
      rmSync(directory, { recursive: true, force: true });
    }
  });
  if (world === true) sandbox = await copySandbox(join(directory, "world"), 100);
  const scripts = createScripts(db, join(directory, "scripts"));

  /** @param through see spawnWorker. */
  async function startWorker(
    more: Record<string, string> = {},
    through: readonly string[] = [],
  ): Promise<WorkerProcess> {
    const defaultCommand = sandbox === undefined ? scripts.command : [process.execPath, SCAP];
    const worker = spawnWorker(through, {
      HOME: directory,
      DATABASE_URL: database.workerUrl,
      DATA_DIR: dataDir,
      WORKER_HOST: "stack",
      LOG_LEVEL: "info",
      SCAP_COMMAND: JSON.stringify(scapCommand ?? defaultCommand),
      ...(sandbox && sandboxSettings(sandbox, recordDirectory)),
      ...env,
      ...more,
    });
    workers.push(worker);
    await untilReady(worker);
    return worker;
  }

  return {
    url: database.url,
    db,
    directory,
    dataDir,
    recordDirectory,
    world: () => sandbox,
    startWorker,
    runScript: scripts.run,
    deploy: (changes: readonly number[], by = "deployer") => deploy(db, sandbox, changes, by),
    ...createJobDriver(db, () => workers.map((worker) => worker.log().slice(-8))),
    /** The process that holds the terminal, and the command in it. */
    holder: (id: number) => readHolder(dataDir, String(id)),
    processes: () => processesOf(dataDir),
  };
}

function existingDatabase(url: string) {
  return { url, workerUrl: asRole(url, "spiderpig_worker"), close: async () => undefined };
}

function sandboxSettings({ directory, gerritUrl }: Sandbox, recordDirectory: string): Record<string, string> {
  return {
    SANDBOX_DIR: directory,
    SANDBOX_SPEED: "100",
    SANDBOX_RECORD_DIR: recordDirectory,
    GERRIT_URL: gerritUrl,
  };
}

/** @throws Error that names the processes that were left behind. */
async function endProcesses(dataDir: string, workers: readonly WorkerProcess[]): Promise<void> {
  // A test may have stopped it with SIGSTOP.
  for (const worker of workers) if (!worker.isGone) worker.signal("SIGCONT");
  await Promise.all(workers.map((worker) => worker.die()));
  killUnfinished(dataDir);
  const remaining = await leftBehind(dataDir);
  if (remaining.length > 0) throw new Error(`still running:\n${remaining.join("\n")}`);
}

/** Jobs that run a script of their own in place of scap. */
function createScripts(db: Database, directory: string) {
  mkdirSync(directory);
  const program = join(directory, "scap");
  writeFileSync(program, `exec bash ${directory}/job-"$2"\n`);
  let count = 0;

  /** Queues a job that runs this script. */
  async function run(
    script: string,
    { lane = "mediawiki", by = "deployer", traceparent }: ScriptOptions = {},
  ): Promise<number> {
    const number = (count += 1);
    writeFileSync(join(directory, `job-${number}`), script);
    return transaction(db, async (tx) => {
      const id = await insertJob(tx, {
        kind: backport.kind,
        operation: jobOperation(backport),
        parameters: { changes: [String(number)] },
        lane,
        requestedBy: by,
        command: ["backport", String(number)],
        changes: [{ ...SOME_CHANGE, number }],
        idempotencyKey: null,
        retryOf: null,
        windowId: null,
        traceparent: traceparent ?? null,
      });
      if (id === undefined) throw new Error("the job was not inserted");
      await appendEvent(tx, id, { kind: "job_created", actor: by });
      await sendDispatch(tx, lane);
      return id;
    });
  }

  return { command: ["bash", program], run };
}

type ScriptOptions = { lane?: string; by?: string; traceparent?: string };

const SOME_CHANGE = {
  patchSet: 1,
  project: "operations/mediawiki-config",
  branch: "master",
  subject: "A change of a test",
  owner: "author",
  url: "https://gerrit.example.org/c/operations/mediawiki-config/+/1",
};

/** Queues a deployment through the use case itself. */
async function deploy(
  db: Database,
  world: Sandbox | undefined,
  changes: readonly number[],
  by: string,
): Promise<number> {
  if (world === undefined) throw new Error("the stack has no sandbox world to deploy to");
  const { gerritUrl } = world;
  const context = {
    db,
    gerrit: createGerrit(gerritUrl),
    gerritUrl,
    operations: createOperations(),
    policy: NO_POLICY,
  };
  const request = { kind: "backport", changes: changes.map(String) };
  return (await createJob(context, await accountOf(db, by), request)).id;
}

async function accountOf(db: Database, name: string): Promise<User> {
  await transaction(db, (tx) =>
    insertAccount(tx, { name, role: "deployer", isDemo: false, passwordHash: "" }),
  );
  const [row] = await query<{ id: string }>(db, `select id from auth."user" where username = $1`, [name]);
  return { ...person(name), id: row?.id ?? "" };
}

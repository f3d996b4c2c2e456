// Starts real components for a test: a separate database, worker processes, and commands in real terminals. The command is
// either the sandbox's scap in a separate sandbox world, or a small script for each job. Everything is stopped at the end;
// a process that is left behind fails the test that started it.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { answerInteraction } from "#lib/actions/answer-interaction.ts";
import { createJob } from "#lib/actions/create-job.ts";
import { signalJob } from "#lib/actions/signal-job.ts";
import { insertAccount } from "#lib/db/accounts.ts";
import { closeDatabase, type Database, openDatabase, query, transaction } from "#lib/db/connection.ts";
import { appendEvent } from "#lib/db/events.ts";
import { findJob } from "#lib/db/job-rows.ts";
import { insertJob } from "#lib/db/jobs.ts";
import { listLines } from "#lib/db/log.ts";
import type { AnswerValue } from "#lib/domain/interaction.ts";
import type { Outcome } from "#lib/domain/job.ts";
import type { User } from "#lib/domain/permission.ts";
import type { SignalKind } from "#lib/domain/signal.ts";
import { asRole } from "#lib/migrate/roles.ts";
import { createGerrit } from "#lib/gerrit/client.ts";
import { backport } from "#lib/operations/backport.ts";
import { jobOperation } from "#lib/operations/operation.ts";
import { createOperations } from "#lib/operations/operations.ts";
import { sendDispatch } from "#lib/queue/send.ts";
import type { Interaction } from "#lib/contract/interaction.ts";
import type { Job } from "#lib/contract/job.ts";
import type { Sandbox } from "../../sandbox/sandbox.ts";
import { testDatabase } from "./database.ts";
import { copySandbox } from "./sandbox.ts";
import { type Holder, killUnfinished, leftBehind, readHolder } from "./started-jobs.ts";
import { processesOf } from "../../scripts/processes.ts";
import { until } from "./until.ts";
import { spawnWorker, type WorkerProcess } from "./worker-process.ts";
import { NO_POLICY } from "#lib/domain/policy.ts";

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

export type { WorkerProcess } from "./worker-process.ts";
export type Stack = Awaited<ReturnType<typeof startStack>>;

const SOME_CHANGE = {
  patchSet: 1,
  project: "operations/mediawiki-config",
  branch: "master",
  subject: "A change of a test",
  owner: "author",
  url: "https://gerrit.example.org/c/operations/mediawiki-config/+/1",
};

export type Cleaner = (clean: () => Promise<void>) => void;

/** @param clean `after` of the file or of the test. */
export async function startStack(clean: Cleaner, options: StackOptions = {}) {
  const directory = mkdtempSync(join(tmpdir(), "stack-"));
  const dataDir = join(directory, "data");
  const scripts = join(directory, "scripts");
  mkdirSync(dataDir);
  mkdirSync(scripts);
  const database =
    options.databaseUrl === undefined
      ? await testDatabase()
      : {
          url: options.databaseUrl,
          workerUrl: asRole(options.databaseUrl, "spiderpig_worker"),
          close: async () => undefined,
        };
  const db: Database = openDatabase(database.url, "stack");
  const workers: WorkerProcess[] = [];
  let world: Sandbox | undefined;
  clean(close);
  if (options.world === true) world = await copySandbox(join(directory, "world"), 100);
  const recordDirectory = join(directory, "recordings");

  /** @param through see spawnWorker. */
  async function startWorker(
    more: Record<string, string> = {},
    through: readonly string[] = [],
  ): Promise<WorkerProcess> {
    const worker = spawnWorker(through, {
      HOME: directory,
      DATABASE_URL: database.workerUrl,
      DATA_DIR: dataDir,
      WORKER_HOST: "stack",
      LOG_LEVEL: "info",
      SCAP_COMMAND: JSON.stringify(options.scapCommand ?? scapCommand()),
      ...(world === undefined
        ? {}
        : {
            SANDBOX_DIR: world.directory,
            SANDBOX_SPEED: "100",
            SANDBOX_RECORD_DIR: recordDirectory,
            GERRIT_URL: world.gerritUrl,
          }),
      ...options.env,
      ...more,
    });
    workers.push(worker);
    await until("the worker to be ready", () => {
      if (worker.isGone) throw new Error(`the worker exited: ${JSON.stringify(worker.log().slice(-5))}`);
      return worker.log().some((line) => line["message"] === "worker: ready");
    });
    return worker;
  }

  function scapCommand(): string[] {
    if (world !== undefined) return [process.execPath, SCAP];
    const program = join(scripts, "scap");
    writeFileSync(program, `exec bash ${scripts}/job-"$2"\n`);
    return ["bash", program];
  }

  let scriptCount = 0;
  /** Queues a job that runs this script in place of scap. */
  async function runScript(
    script: string,
    {
      lane = "mediawiki",
      by = "deployer",
      traceparent,
    }: { lane?: string; by?: string; traceparent?: string } = {},
  ): Promise<number> {
    scriptCount += 1;
    const number = scriptCount;
    writeFileSync(join(scripts, `job-${number}`), script);
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

  /** Queues a deployment through the use case itself. */
  async function deploy(changes: readonly number[], by = "deployer"): Promise<number> {
    if (world === undefined) throw new Error("the stack has no sandbox world to deploy to");
    const created = await createJob(
      {
        db,
        gerrit: createGerrit(world.gerritUrl),
        gerritUrl: world.gerritUrl,
        operations: createOperations(),
        policy: NO_POLICY,
      },
      await accountOf(by),
      { kind: "backport", changes: changes.map(String) },
    );
    return created.id;
  }

  async function accountOf(name: string): Promise<User> {
    await transaction(db, (tx) =>
      insertAccount(tx, { name, role: "deployer", isDemo: false, passwordHash: "" }),
    );
    const [row] = await query<{ id: string }>(db, `select id from auth."user" where username = $1`, [name]);
    return { ...person(name), id: row?.id ?? "" };
  }

  async function job(id: number): Promise<Job> {
    const found = await findJob(db, id);
    if (found === undefined) throw new Error(`job ${id} does not exist`);
    return found.job;
  }

  async function untilJob(id: number, what: string, condition: (job: Job) => boolean): Promise<Job> {
    let last: Job | undefined;
    try {
      return await until(
        what,
        async () => {
          last = await job(id).catch(() => undefined);
          return last !== undefined && condition(last) && last;
        },
        { everyMs: 25 },
      );
    } catch (cause) {
      const { state, outcome, interactions, signals } = last ?? {};
      const logs = workers.map((worker) => worker.log().slice(-8));
      const facts = { state, outcome, interactions, signals, lines: (await lines(id)).slice(-10), logs };
      throw new Error(`job ${id}: ${String(cause)}\n${JSON.stringify(facts, null, 1)}`, { cause });
    }
  }

  function ended(id: number, outcome?: Outcome): Promise<Job> {
    return untilJob(id, "its end", (seen) => {
      if (seen.outcome === null) return false;
      if (outcome !== undefined && seen.outcome !== outcome) {
        throw new Error(`job ${id} ended as ${seen.outcome}, not ${outcome}`);
      }
      return true;
    });
  }

  /** Waits for the end of a script that prints nothing about a deployment: it exits with this code. */
  async function exited(id: number, code = 0): Promise<Job> {
    const seen = await ended(id);
    if (seen.exitCode !== code) {
      throw new Error(`job ${id} ended as ${seen.outcome} with ${seen.exitCode}, not ${code}`);
    }
    return seen;
  }

  /** Waits for the pending question with this text. */
  async function asks(id: number, text = ""): Promise<Interaction> {
    const seen = await untilJob(id, `the question "${text}"`, ({ pendingInteraction, outcome }) => {
      if (outcome !== null) throw new Error(`the job ended as ${outcome}`);
      return pendingInteraction?.message.includes(text) === true;
    });
    const { pendingInteraction } = seen;
    if (pendingInteraction === null) throw new Error("unreachable");
    return pendingInteraction;
  }

  function answer(question: Interaction, value: AnswerValue, by = "deployer"): Promise<Interaction> {
    return answerInteraction({ db, policy: NO_POLICY }, person(by), {
      jobId: question.jobId,
      interactionId: question.id,
      value,
    });
  }

  function signal(id: number, kind: SignalKind, by = "deployer"): Promise<{ id: number }> {
    return signalJob({ db }, person(by), { jobId: id, kind });
  }

  async function lines(id: number): Promise<string[]> {
    return (await listLines(db, id, 1, 1_000_000)).map((line) => line.text);
  }

  /** All stored bytes of the terminal output. */
  async function raw(id: number): Promise<Buffer> {
    const rows = await query<{ raw: Buffer }>(
      db,
      "select raw from spiderpig.output_chunk where job_id = $1 order by seq",
      [id],
    );
    return Buffer.concat(rows.map((row) => row.raw));
  }

  async function events(id: number): Promise<{ kind: string; actor: string | null; data: EventData }[]> {
    return query(db, "select kind, actor, data from spiderpig.job_event where job_id = $1 order by seq", [
      id,
    ]);
  }

  /** The process that holds the terminal, and the command in it. */
  function holder(id: number): Holder | undefined {
    return readHolder(dataDir, String(id));
  }

  async function close(): Promise<void> {
    const remaining: string[] = [];
    try {
      // A test may have stopped it with SIGSTOP.
      for (const worker of workers) if (!worker.isGone) worker.signal("SIGCONT");
      await Promise.all(workers.map((worker) => worker.die()));
      killUnfinished(dataDir);
      remaining.push(...(await leftBehind(dataDir)));
      await world?.close();
    } finally {
      await closeDatabase(db).catch(() => undefined);
      await database.close();
      rmSync(directory, { recursive: true, force: true });
    }
    if (remaining.length > 0) throw new Error(`still running:\n${remaining.join("\n")}`);
  }

  return {
    url: database.url,
    db,
    directory,
    dataDir,
    recordDirectory,
    world: () => world,
    startWorker,
    runScript,
    deploy,
    job,
    untilJob,
    ended,
    exited,
    asks,
    answer,
    signal,
    lines,
    raw,
    events,
    holder,
    processes: () => processesOf(dataDir),
  };
}

type EventData = Record<string, unknown>;

export function person(name: string): User {
  return { id: name, name, role: "deployer" };
}

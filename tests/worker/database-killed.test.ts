// PostgreSQL is killed in every possible way, repeatedly, under an idle worker and under a busy one. A connection may break
// at any time, which must never end the process: an `error` event of a connection without a listener would.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { query } from "#lib/db/connection.ts";
import { startStackOnOwnServer } from "./own-server.ts";
import type { WorkerProcess } from "../support/stack.ts";
import { until } from "../support/until.ts";

const { stack, server } = await startStackOnOwnServer(after, { durable: true });
const workers = [
  await stack.startWorker({ WORKER_HOST: "idle" }),
  await stack.startWorker({ WORKER_HOST: "idle too" }),
];

type Session = { pid: number; name: string };

const listensForQueue = ({ name }: Session) => name === "spiderpig queue";
const listensForOrders = ({ name }: Session) => name.startsWith("spiderpig worker ");

const sessions = () =>
  query<Session>(
    stack.db,
    "select pid, application_name as name from pg_stat_activity where application_name like 'spiderpig%'",
  );

/** The number of listening connections that each worker must have lost: by then no library waits for the first one any more. */
const GIVEN_UP = 5;

async function untilGivenUp(): Promise<void> {
  const before = workers.map((worker) => lost(worker));
  await until("all workers to lose their listening connections", () =>
    workers.every((worker, index) => lost(worker) >= (before[index] ?? 0) + GIVEN_UP),
  );
}

const lost = (worker: WorkerProcess) =>
  worker.log().filter(({ message }) => message === "worker: lost the listening connection").length;

/** Stops the process. @returns false if it had already exited. */
function stopProcess(pid: number): boolean {
  try {
    return process.kill(pid, "SIGSTOP");
  } catch {
    return false;
  }
}

/** The failures, in order. A killed session ends all other sessions too. */
const FAILURES: Record<string, () => Promise<void>> = {
  async "every session is ended"() {
    // With pg_terminate_backend, because a session may already have ended when the statement runs.
    for (const { pid } of await sessions()) await query(stack.db, "select pg_terminate_backend($1)", [pid]);
  },
  async "a session that listens for the queue is killed"() {
    const [session] = (await sessions()).filter(listensForQueue);
    assert(session, "no session listens");
    process.kill(session.pid, "SIGKILL");
  },
  async "a session that listens for orders is killed"() {
    const [session] = (await sessions()).filter(listensForOrders);
    assert(session, "no session listens");
    process.kill(session.pid, "SIGKILL");
  },
  async "the server is killed"() {
    process.kill(server.now.pid, "SIGKILL");
    await server.startAgain();
  },
  async "the server is frozen until all workers have given it up, and then sends its last messages"() {
    const frozen = [server.now.pid, ...(await sessions()).map(({ pid }) => pid)].filter(stopProcess);
    await untilGivenUp();
    for (const pid of frozen) process.kill(pid, "SIGQUIT");
    for (const pid of frozen) process.kill(pid, "SIGCONT");
    await server.startAgain();
  },
  async "the server is stopped without waiting"() {
    process.kill(server.now.pid, "SIGQUIT");
    await server.startAgain();
  },
};

/** Waits until all workers have sent a heartbeat and all their sessions are open again. */
async function untilReconnected(): Promise<void> {
  const since = await until("the database", () =>
    query<{ now: Date }>(stack.db, "select clock_timestamp() as now").catch(() => undefined),
  );
  await until("heartbeats of all workers", async () => {
    assert.deepEqual(
      workers.filter(({ isGone }) => isGone).map((worker) => worker.log().slice(-5)),
      [],
      "a worker exited",
    );
    const responding = await query(stack.db, "select from spiderpig.worker where heartbeat_at > $1", [
      since[0]?.now,
    ]).catch(() => []);
    const open = await sessions().catch(() => []);
    return [responding, open.filter(listensForQueue), open.filter(listensForOrders)].every(
      ({ length }) => length >= workers.length,
    );
  });
}

function assertQuiet(): void {
  const unexpected = workers.flatMap((worker) => worker.log()).filter((line) => "stderr" in line);
  assert.deepEqual(unexpected, [], "a worker printed something that is not a log line");
}

test("idle workers survive every failure of the database", async () => {
  await untilReconnected();
  for (const die of Object.values(FAILURES)) {
    await die();
    await untilReconnected();
  }
  assertQuiet();
});

test("so do workers with output and questions in progress, and nothing is lost or duplicated", async () => {
  const lines = 4000;
  const id = await stack.runScript(
    `for i in $(seq 1 ${lines}); do echo "line $i"; [ $((i % 20)) = 0 ] && sleep 0.05; done
     read -p "Go on? [y/N]: " a; echo "got:$a"`,
  );
  for (const die of Object.values(FAILURES)) {
    await die();
    await untilReconnected();
  }

  const question = await stack.asks(id, "Go on?");
  await stack.answer(question, true);
  const job = await stack.exited(id);

  const expected = [
    ...Array.from({ length: lines }, (_, index) => `line ${index + 1}`),
    "Go on? [y/N]: y",
    "got:y",
  ];
  assert.deepEqual(await stack.lines(id), expected);
  assert.deepEqual(
    job.interactions.map(({ state, answer }) => [state, answer?.delivery]),
    [["answered", "consumed"]],
  );
  assertQuiet();
});

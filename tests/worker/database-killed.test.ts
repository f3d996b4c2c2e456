// PostgreSQL dies in every way a process can, again and again, under a worker that has nothing to do and under one that is
// busy. What breaks a connection may come at any moment of it, and must never end the process: a worker once died of the
// last words of a connection that nobody listened to any more.
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

/** So often must a worker have given up a connection that listens: by then no library waits for the first one any more. */
const GIVEN_UP = 5;

async function untilGivenUp(): Promise<void> {
  const before = workers.map((worker) => lost(worker));
  await until(
    "everybody to give up",
    () => workers.every((worker, index) => lost(worker) >= (before[index] ?? 0) + GIVEN_UP),
    { timeoutMs: 180_000 },
  );
}

const lost = (worker: WorkerProcess) =>
  worker.log().filter(({ msg }) => msg === "worker: lost the listening connection").length;

/** @returns whether it was still there to be stopped; then it stays as it is. */
function isStopped(pid: number): boolean {
  try {
    return process.kill(pid, "SIGSTOP");
  } catch {
    return false;
  }
}

/** Ways to die, in turn; what is killed alone takes everybody else's session with it. */
const DEATHS: Record<string, () => Promise<void>> = {
  async "every session is ended"() {
    // By the server itself: a session may end by its own while another is told to.
    for (const { pid } of await sessions()) await query(stack.db, "select pg_terminate_backend($1)", [pid]);
  },
  async "a session that listens for the queue is killed"() {
    const [session] = (await sessions()).filter(listensForQueue);
    assert(session, "nobody listens");
    process.kill(session.pid, "SIGKILL");
  },
  async "a session that listens for orders is killed"() {
    const [session] = (await sessions()).filter(listensForOrders);
    assert(session, "nobody listens");
    process.kill(session.pid, "SIGKILL");
  },
  async "the server is killed"() {
    process.kill(server.now.pid, "SIGKILL");
    await server.startAgain();
  },
  async "the server is frozen until everybody has given it up, and has last words"() {
    const frozen = [server.now.pid, ...(await sessions()).map(({ pid }) => pid)].filter(isStopped);
    await untilGivenUp();
    for (const pid of frozen) process.kill(pid, "SIGQUIT");
    for (const pid of frozen) process.kill(pid, "SIGCONT");
    await server.startAgain();
  },
  async "the server is told to stop without waiting"() {
    process.kill(server.now.pid, "SIGQUIT");
    await server.startAgain();
  },
};

/** All workers have written a sign of life, and all their sessions are back. */
async function untilHeard(): Promise<void> {
  const since = await until("the database", () =>
    query<{ now: Date }>(stack.db, "select clock_timestamp() as now").catch(() => undefined),
  );
  await until("signs of life of all workers", async () => {
    assert.deepEqual(
      workers.filter(({ isGone }) => isGone).map((worker) => worker.log().slice(-5)),
      [],
      "a worker died",
    );
    const heard = await query(stack.db, "select from spiderpig.worker where heartbeat_at > $1", [
      since[0]?.now,
    ]).catch(() => []);
    const open = await sessions().catch(() => []);
    return [heard, open.filter(listensForQueue), open.filter(listensForOrders)].every(
      ({ length }) => length >= workers.length,
    );
  });
}

function assertQuiet(): void {
  const words = workers.flatMap((worker) => worker.log()).filter((line) => "stderr" in line);
  assert.deepEqual(words, [], "a worker printed what is no log line");
}

test("workers without a job live through every death of the database", async () => {
  await untilHeard();
  for (const die of Object.values(DEATHS)) {
    await die();
    await untilHeard();
  }
  assertQuiet();
});

test("so do workers in the middle of output and questions, and nothing is lost or doubled", async () => {
  const lines = 4000;
  const id = await stack.runScript(
    `for i in $(seq 1 ${lines}); do echo "line $i"; [ $((i % 20)) = 0 ] && sleep 0.05; done
     read -p "Go on? [y/N]: " a; echo "got:$a"`,
  );
  for (const die of Object.values(DEATHS)) {
    await die();
    await untilHeard();
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

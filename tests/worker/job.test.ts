// One job from the queue to its end, with two workers on the host and small scripts instead of scap.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { cancelJob } from "#lib/actions/cancel-job.ts";
import { query } from "#lib/db/connection.ts";
import { AppError } from "#lib/errors.ts";
import { cpuSeconds } from "../soak/process.ts";
import { person, startStack, type WorkerProcess } from "../support/stack.ts";
import { until } from "../support/until.ts";

const stack = await startStack(after);
const workers = await Promise.all([stack.startWorker(), stack.startWorker()]);

const settled = <T>(works: Promise<T>[]) => Promise.allSettled(works);
const codeOf = (result: PromiseSettledResult<unknown>) =>
  result.status === "rejected" && result.reason instanceof AppError ? result.reason.code : result.status;
const deliveries = async (id: number) =>
  (await stack.job(id)).interactions.map((one) => [one.state, one.answer?.delivery ?? null]);

test("a command that exits with an error fails its job, with its exit code and output", async () => {
  const job = await stack.ended(await stack.runScript("echo one; printf two; exit 3"), "exit_nonzero");
  assert.deepEqual([job.state, job.exitCode, job.exitSignal], ["failed", 3, null]);
  assert.deepEqual(await stack.lines(job.id), ["one", "two"]);
});

test("a command finds the trace of its request in its environment, and no trace if it has none", async () => {
  const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  const script = 'echo "trace: ${TRACEPARENT-none}"';
  const [traced, untraced] = [
    await stack.ended(await stack.runScript(script, { traceparent, lane: "traced" })),
    await stack.ended(await stack.runScript(script, { lane: "untraced" })),
  ];

  assert.deepEqual(await stack.lines(traced.id), [`trace: ${traceparent}`]);
  assert.deepEqual(await stack.lines(untraced.id), ["trace: none"]);
});

test("an answer is typed once, although two workers are notified", async () => {
  const id = await stack.runScript(
    'read -p "Go on? [y/N]: " a; echo "first:$a"; if read -t 0.5 b; then echo "second:$b"; fi',
  );
  const question = await stack.asks(id, "Go on?");
  await stack.answer(question, true, "alice");

  const job = await stack.exited(id);

  assert.deepEqual(
    (await stack.lines(id)).filter((line) => /^(first|second):/.test(line)),
    ["first:y"],
  );
  const [asked] = job.interactions;
  assert.deepEqual(
    [asked?.answer?.answeredBy, asked?.answer?.text, asked?.answer?.delivery],
    ["alice", "yes", "consumed"],
  );
});

test("an answer that is too long for a notification is typed too", async () => {
  const id = await stack.runScript('read -r -p "Reason: " a; echo "read ${#a}"');
  const question = await stack.asks(id, "Reason");
  await stack.answer(question, '"'.repeat(4000), "alice");

  await stack.exited(id);

  assert.ok((await stack.lines(id)).includes("read 4000"));
});

test("of many concurrent answers one is typed, and the others are refused with its author", async () => {
  const id = await stack.runScript('read -p "Go on? [y/N]: " a; echo "got:$a"');
  const question = await stack.asks(id);

  const results = await settled(
    ["ada", "bob", "cleo", "dan", "eve"].map((name, index) => stack.answer(question, index % 2 === 0, name)),
  );

  const won = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  assert.equal(won.length, 1);
  assert.deepEqual(new Set(results.map(codeOf)), new Set(["fulfilled", "interaction_already_answered"]));
  await stack.exited(id);
  const typed = won[0]?.answer?.value === true ? "y" : "n";
  assert.ok((await stack.lines(id)).includes(`got:${typed}`));
});

test("an answer races with the end of its question: scap read it, or its author gets the error that scap did not", async () => {
  for (const waitMs of [0, 2, 5, 10, 20, 40]) {
    const id = await stack.runScript(`
      # What it had read before the signal came, it had read.
      trap 'echo "got:\${a:-nothing}"; exit 0' USR1
      read -p "Go on? [y/N]: " a; trap "" USR1; echo "got:$a"`);
    const question = await stack.asks(id);
    const { childPid } = stack.holder(id) ?? {};
    assert.ok(childPid);
    const answered = settled([stack.answer(question, true)]);
    await new Promise((resolve) => setTimeout(resolve, waitMs));
    try {
      process.kill(childPid, "SIGUSR1");
    } catch (error) {
      // The answer came first, and the program has already ended: one of the two possible orders.
      if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
    }
    const [result] = await answered;
    await stack.exited(id);

    const wasRead = (await stack.lines(id)).includes("got:y");
    const [[state, delivery] = []] = await deliveries(id);
    assert.equal(delivery === "consumed", wasRead, JSON.stringify({ state, delivery, wasRead }));
    if (codeOf(result ?? { status: "fulfilled", value: 0 }) === "fulfilled") assert.equal(state, "answered");
    else assert.equal(state, "withdrawn");
  }
});

test("an answer races with the end of the job: every answer is settled", async () => {
  for (const waitMs of [0, 10, 20, 30, 40]) {
    const id = await stack.runScript('trap "" INT; read -p "Go on? [y/N]: " a; exit 0');
    const question = await stack.asks(id);
    const { childPid } = stack.holder(id) ?? {};
    assert.ok(childPid);
    process.kill(childPid, "SIGKILL");
    await new Promise((resolve) => setTimeout(resolve, waitMs));
    await settled([stack.answer(question, true), stack.signal(id, "terminate")]);

    const job = await stack.ended(id);

    assert.ok(
      ["consumed", "undelivered", "not_consumed", null].includes(
        job.interactions[0]?.answer?.delivery ?? null,
      ),
    );
    assert.ok(job.interactions.every(({ state }) => state !== "pending"));
    assert.ok(job.signals.every(({ deliveredAt }) => deliveredAt !== null));
  }
});

test("a cancellation races with a start: the job is cancelled and never ran, or runs and cannot be cancelled", async () => {
  const outcomes = new Set<string>();
  for (const waitMs of [0, 0, 5, 10, 20, 40]) {
    const id = await stack.runScript("echo ran");
    await new Promise((resolve) => setTimeout(resolve, waitMs));
    const [result] = await settled([cancelJob({ db: stack.db }, person("bob"), id)]);
    const job = await stack.ended(id);
    outcomes.add(String(job.outcome));
    if (result?.status === "fulfilled") {
      assert.equal(job.outcome, "cancelled_while_queued");
      assert.deepEqual(await stack.lines(id), []);
      assert.equal(stack.holder(id), undefined);
    } else {
      assert.equal(job.exitCode, 0);
      assert.deepEqual(await stack.lines(id), ["ran"]);
    }
  }
});

test("interrupt, terminate and kill end a job with the corresponding outcome", async () => {
  const run = async (kind: "interrupt" | "interrupt_group" | "terminate" | "kill", script: string) => {
    const id = await stack.runScript(script);
    await stack.untilJob(id, "its output", (job) => job.totalLines > 0);
    await stack.signal(id, kind);
    const job = await stack.ended(id);
    assert.ok(job.signals.every((signal) => signal.deliveredAt !== null));
    return [job.outcome, job.exitSignal];
  };
  const plain = "echo started; exec sleep 60";
  assert.deepEqual(await run("interrupt", plain), ["interrupted", 2]);
  assert.deepEqual(await run("interrupt_group", plain), ["interrupted", 2]);
  assert.deepEqual(await run("terminate", plain), ["killed", 15]);
  assert.deepEqual(await run("kill", `trap "" INT TERM; ${plain}`), ["killed", 9]);
});

test("jobs of a lane run one at a time and in order, concurrently with another lane", async () => {
  const first = await stack.runScript('read -p "First? [y/N]: " a', { lane: "one" });
  const second = await stack.runScript("echo second", { lane: "one" });
  const third = await stack.runScript("echo third", { lane: "one" });
  const beside = await stack.runScript("echo beside", { lane: "two" });
  const question = await stack.asks(first);
  await stack.exited(beside);

  assert.deepEqual((await stack.job(third)).queuePosition, 2);
  assert.equal((await stack.job(second)).blockedBy?.id, first);
  await stack.answer(question, true);
  const ended = await Promise.all([first, second, third].map((id) => stack.exited(id)));

  for (const [index, job] of ended.entries()) {
    const before = ended[index - 1];
    if (before !== undefined) assert.ok(String(job.startedAt) >= String(before.finishedAt));
  }
});

test("phases, progress and status are shown while the job runs, and removed or complete when it has ended", async () => {
  const id = await stack.runScript(`
    echo "12:00:00 Started sync-world"
    echo "12:00:00 Started sync-apaches"
    printf '12:00:01 sync-apaches:  42%% (ok: 5; fail: 1; left: 8) \\n'
    read -p "Go on? [y/N]: " a
    echo "12:00:02 Finished sync-apaches (duration: 00m 02s)"`);
  const question = await stack.asks(id, "Go on?");
  const running = await stack.untilJob(id, "its progress", (job) => job.progress !== null);
  assert.equal(running.status, "sync-apaches");
  assert.deepEqual(running.progress, {
    name: "sync-apaches",
    percent: 42,
    ok: 5,
    failed: 1,
    left: 8,
    inFlight: null,
  });
  await stack.answer(question, true);

  const job = await stack.ended(id);

  assert.deepEqual([job.status, job.progress], [null, null]);
  assert.deepEqual(
    job.phases.map(({ name, depth, finishedAt }) => [name, depth, finishedAt !== null]),
    [
      ["sync-world", 0, false],
      ["sync-apaches", 1, true],
    ],
  );
});

/** Processor time of the workers and their database sessions, in seconds; other processes do not count. */
async function cpuSecondsSpent(): Promise<number> {
  const sessions = await query<{ pid: number }>(
    stack.db,
    "select pid from pg_stat_activity where datname = current_database() and application_name like 'spiderpig%'",
  );
  return [...workers, ...sessions].reduce((sum, { pid }) => sum + cpuSeconds(pid), 0);
}

test("a hundred thousand lines are stored in seconds, and are the same in the log and in the transcript", async (t) => {
  const id = await stack.runScript("seq -f 'line %.0f of a long deployment' 1 100000");
  const before = await cpuSecondsSpent();
  const job = await stack.exited(id);
  const seconds = (await cpuSecondsSpent()) - before;

  const expected = Array.from({ length: 100_000 }, (_, index) => `line ${index + 1} of a long deployment`);
  assert.equal(job.totalLines, 100_000);
  assert.deepEqual(await stack.lines(id), expected);
  assert.equal((await stack.raw(id)).toString(), expected.map((line) => `${line}\r\n`).join(""));
  const viewed = await query<{ text: string }>(
    stack.db,
    "select text from history.log_lines where job_id = $1 order by line",
    [id],
  );
  assert.deepEqual(
    viewed.map((row) => row.text),
    expected,
  );
  assert.ok(seconds < 10, `${seconds} s`);
  t.diagnostic(`${seconds.toFixed(1)} s of processor time`);
});

test("a job whose run failed is retried, with backoff between the attempts", async () => {
  await query(
    stack.db,
    `create function refuse_output() returns trigger language plpgsql as
     $$ begin raise exception 'the disk of the database is full'; end $$`,
  );
  await query(
    stack.db,
    "create trigger refuse_output before insert on spiderpig.output_chunk for each row execute function refuse_output()",
  );
  const id = await stack.runScript('echo before; read -p "Go on? [y/N]: " a; echo "got:$a"');
  // From the worker's own log: other processes may have the processor when the test checks.
  const failuresOf = (worker: WorkerProcess) =>
    worker
      .log()
      .filter(({ message, jobId }) => jobId === id && String(message).startsWith("job: the run failed"))
      .map((line) => Date.parse(String(line["@timestamp"])));
  const [first = 0, second = 0] = await until("the second attempt", () =>
    workers.map(failuresOf).find((failures) => failures.length > 1),
  );
  assert.ok(second - first >= 1000, `retried after ${second - first} ms`);
  await query(stack.db, "drop function refuse_output() cascade");

  await stack.answer(await stack.asks(id, "Go on?"), true);
  await stack.exited(id);

  assert.deepEqual(await stack.lines(id), ["before", "Go on? [y/N]: y", "got:y"]);
});

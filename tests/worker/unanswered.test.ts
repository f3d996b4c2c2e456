// Unanswered questions, with real workers and real terminals: any worker sends a reminder, once; and if a policy says so,
// scap is stopped, but only while it still asks the same question.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { query, transaction } from "#lib/db/connection.ts";
import { expire } from "#lib/db/unanswered.ts";
import { AppError } from "#lib/errors.ts";
import type { Interaction } from "#lib/contract/interaction.ts";
import { startStack, type WorkerProcess } from "../support/stack.ts";
import { until } from "../support/until.ts";

const stack = await startStack(after);
const MINUTES = (seconds: number) => String(seconds / 60);
const REMINDS = { REMIND_AFTER_MINUTES: MINUTES(1) };
const EXPIRES = { REMIND_AFTER_MINUTES: "0", QUESTION_EXPIRES_AFTER_MINUTES: MINUTES(2) };
const EXPIRES_LATER = { REMIND_AFTER_MINUTES: "0", QUESTION_EXPIRES_AFTER_MINUTES: "60" };
const PATIENT = { REMIND_AFTER_MINUTES: "0" };
/** Asks, and when it is interrupted asks whether to roll back, as scap does. */
const asks = ({ first = "" } = {}) => `
  trap 'trap - INT; ${first} read -p "Roll back? [y/N]: " b; echo "rolled back: $b"; exit 1' INT
  read -p "Continue? [y/N]: " a; echo "got: $a"`;

/** The first question of a job, pending or not: it may have expired before a busy machine checks. */
async function asked(id: number): Promise<Interaction> {
  const { interactions } = await stack.untilJob(id, "a question", (job) => job.interactions.length > 0);
  const [question] = interactions;
  assert.ok(question);
  return question;
}

const kinds = async (id: number) => (await stack.events(id)).map(({ kind }) => kind);
const remindersOf = async (id: number) =>
  (await kinds(id)).filter((kind) => kind === "interaction_reminded").length;

test("a reminder is sent by the first worker that checks, also for a job on an unreachable host", async () => {
  const away = await stack.startWorker({ REMIND_AFTER_MINUTES: "0" });
  const id = await stack.runScript(asks());
  const question = await stack.asks(id, "Continue?");
  assert.deepEqual([question.remindedAt, question.reminders, question.expiresAt], [null, 0, null]);
  await away.die();

  const others = await Promise.all(
    ["elsewhere", "far-away"].map((host) => stack.startWorker({ ...REMINDS, WORKER_HOST: host })),
  );
  const reminded = await stack.untilJob(
    id,
    "a reminder",
    (job) => (job.pendingInteraction?.reminders ?? 0) > 0,
  );
  assert.ok(reminded.pendingInteraction?.remindedAt != null);
  assert.equal(reminded.state, "waiting");

  // The second reminder is due two seconds after the first; two workers check four times a second.
  await stack.untilJob(id, "a second reminder", (job) => (job.pendingInteraction?.reminders ?? 0) > 1);
  const [row] = await query<{ apart: number }>(
    stack.db,
    `select extract(epoch from max(at) - min(at))::float8 as apart
     from spiderpig.job_event
     where job_id = $1 and kind = 'interaction_reminded'`,
    [id],
  );
  assert.ok((row?.apart ?? 0) >= 2, `reminded twice within ${row?.apart} s`);

  const back = await stack.startWorker(REMINDS);
  await stack.answer(question, true);
  const job = await stack.exited(id);
  assert.equal(await remindersOf(id), job.interactions[0]?.reminders);
  assert.deepEqual((await stack.lines(id)).at(-1), "got: y");
  await Promise.all([...others, back].map((worker) => worker.stop()));
});

test("on expiry scap is interrupted and asks whether to roll back, and a late answer is refused", async () => {
  const worker = await stack.startWorker(EXPIRES);
  const go = join(stack.directory, "roll-back");
  const id = await stack.runScript(asks({ first: `until [ -e ${go} ]; do sleep 0.02; done;` }));
  const question = await asked(id);
  assert.equal(question.expiryAction, "interrupt");
  assert.equal(Date.parse(question.expiresAt ?? "") >= Date.parse(question.askedAt) + 2000, true);
  await stack.untilJob(id, "scap to be interrupted", ({ signals }) =>
    signals.some(({ deliveredAt }) => deliveredAt !== null),
  );
  // The next question must not expire too.
  await worker.stop();
  const patient = await stack.startWorker(PATIENT);
  writeFileSync(go, "");

  const next = await stack.asks(id, "Roll back?");
  assert.notEqual(next.id, question.id);
  await assert.rejects(
    stack.answer(question, true),
    (error) => error instanceof AppError && error.code === "interaction_expired",
  );
  await stack.answer(next, true);
  const job = await stack.ended(id, "exit_nonzero");

  assert.deepEqual(
    job.interactions.map(({ state, answer }) => [state, answer?.text]),
    [
      ["expired", undefined],
      ["answered", "yes"],
    ],
  );
  assert.deepEqual(
    job.signals.map((signal) => [signal.kind, signal.requestedBy, signal.expiredInteractionId]),
    [["interrupt", "policy", question.id]],
  );
  assert.ok(!(await stack.lines(id)).some((line) => line.startsWith("got:")), "something was typed");
  const [expired, signalled] = (await stack.events(id)).filter(({ actor }) => actor === "policy");
  assert.deepEqual([expired?.kind, signalled?.kind], ["interaction_expired", "signal_requested"]);
  await patient.stop();
});

test("a policy can terminate scap", async () => {
  const worker = await stack.startWorker({ ...EXPIRES, QUESTION_EXPIRY_ACTION: "terminate" });
  const id = await stack.runScript(asks());

  const job = await stack.ended(id, "killed");

  assert.equal(job.interactions[0]?.state, "expired");
  assert.deepEqual(
    job.signals.map(({ kind }) => kind),
    ["terminate"],
  );
  assert.deepEqual(
    [job.decidedBy?.user, job.decidedBy?.interactionId, job.reached],
    ["policy", job.interactions[0]?.id, "nowhere"],
  );
  await worker.stop();
});

test("a question is asked again if scap still waits after it expired", async () => {
  const worker = await stack.startWorker(EXPIRES);
  const id = await stack.runScript(`trap '' INT; read -p "Continue? [y/N]: " a; echo "got: $a"`);
  const question = await asked(id);

  // Each of them expires too, perhaps before a busy machine has answered it.
  await until("an answer in time", async () => {
    const { interactions } = await stack.job(id);
    const again = interactions.find(({ id: other, state }) => other !== question.id && state === "pending");
    if (again === undefined) return false;
    assert.match(again.complaint ?? "", /No answer arrived in time/);
    return stack.answer(again, true).catch((error: unknown) => {
      if (error instanceof AppError && error.code === "interaction_expired") return undefined;
      throw error;
    });
  });
  await stack.exited(id);
  assert.deepEqual((await stack.lines(id)).at(-1), "got: y");
  await worker.stop();
});

/** The question expires while its worker is stopped, and then the worker is killed: no signal reached scap. */
async function expiresUnseen(worker: WorkerProcess, question: Interaction): Promise<void> {
  worker.signal("SIGSTOP");
  const isExpired = await transaction(stack.db, async (tx) => {
    // A trigger makes expires_at immutable for all sessions but this one.
    await tx.execute("set local session_replication_role = replica");
    await tx.execute("update spiderpig.interaction set expires_at = asked_at where id = $1", [question.id]);
    await tx.execute("set local session_replication_role = origin");
    return expire(tx, question.jobId, question.id);
  });
  assert.ok(isExpired);
  await worker.die();
}

test("if a worker dies at the expiry, the next one sends the signal of the policy, once", async () => {
  const first = await stack.startWorker(EXPIRES_LATER);
  const id = await stack.runScript(asks());
  const question = await stack.asks(id, "Continue?");
  await expiresUnseen(first, question);

  const second = await stack.startWorker(PATIENT);
  const next = await stack.asks(id, "Roll back?");
  await stack.answer(next, false);
  const job = await stack.ended(id, "exit_nonzero");

  assert.deepEqual(
    job.interactions.map(({ state }) => state),
    ["expired", "answered"],
  );
  assert.equal(job.signals.length, 1);
  await second.stop();
});

test("the signal of the policy is not sent to a scap that has continued", async () => {
  const first = await stack.startWorker(EXPIRES_LATER);
  const reader = join(stack.directory, "reader");
  const id = await stack.runScript(
    `
    trap 'echo interrupted' INT
    bash -c 'echo $$ > ${reader}; read -p "Continue? [y/N]: " a'
    echo; until [ -e ${stack.directory}/enough ]; do echo working; sleep 0.1; done`,
    { lane: "on" },
  );
  await expiresUnseen(first, await stack.asks(id, "Continue?"));
  process.kill(Number(readFileSync(reader, "utf8")), "SIGTERM");
  await until("scap to continue", () => hasWorked(id));
  const second = await stack.startWorker(PATIENT);

  const job = await stack.untilJob(id, "the signal to be settled", ({ signals }) =>
    signals.every((signal) => signal.deliveredAt !== null),
  );
  const delivered = (await stack.events(id)).find(({ kind }) => kind === "signal_delivered");
  writeFileSync(join(stack.directory, "enough"), "");

  assert.equal(job.signals.length, 1);
  assert.equal(delivered?.data["processCount"], 0);
  assert.match(String(delivered?.data["why"]), /no longer asked/);
  await stack.exited(id);
  assert.ok(!(await stack.lines(id)).includes("interrupted"));
  await second.stop();
});

/** Read from the holder's journal, because no worker is running to store the output. */
function hasWorked(id: number): boolean {
  return readFileSync(join(stack.dataDir, "jobs", String(id), "journal"), "latin1").includes("working");
}

// From the error source to the rows and the watchers of the pages, and to the questions that are asked meanwhile.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { answerInteraction } from "#lib/actions/answer-interaction.ts";
import { closeDatabase, openDatabase, query } from "#lib/db/connection.ts";
import { readErrorRate } from "#lib/db/error-rates.ts";
import { type ErrorBucket, MINUTE_MS, startOfMinute } from "#lib/domain/error-rate.ts";
import { NO_POLICY } from "#lib/domain/policy.ts";
import { readErrors } from "#lib/error-rate/poller.ts";
import { type ErrorReading, ErrorSourceFailure } from "#lib/error-rate/source.ts";
import type { Log } from "#lib/log.ts";
import { aJob } from "../../seed/seed.ts";
import { testDatabase } from "../../support/database.ts";
import { person } from "../../support/stack.ts";

const NO_LOG: Log = { debug() {}, info() {}, warn() {}, error() {} };
const ADDRESS = new URL("http://user:secret@errors.example/_search");

const database = await testDatabase();
const db = openDatabase(database.url, "errors");
after(async () => {
  await closeDatabase(db);
  await database.close();
});

/** Longer than a busy machine keeps a test from running. */
const INTERVAL_MS = 30_000;

type Source = (from: number, now: number) => ErrorReading;

/** @param at the minute before the current one, so that the test is the same at every second. */
const errors = (at: number, facts: Partial<ErrorBucket>): ErrorBucket => ({
  minute: startOfMinute(at) - MINUTE_MS,
  version: "1.46",
  message: "Error 1",
  errors: 1,
  firstAt: startOfMinute(at) - MINUTE_MS,
  ...facts,
});

function reading(now: number, buckets: readonly ErrorBucket[]): ErrorReading {
  const minutes = [0, 1, 2, 3, 4, 5].map((ago) => {
    const minute = startOfMinute(now) - ago * MINUTE_MS;
    const inMinute = buckets.filter((one) => one.minute === minute);
    return { minute, errors: inMinute.reduce((sum, one) => sum + one.errors, 0) };
  });
  return { asOf: now, minutes, buckets };
}

/** As a process does whose interval has passed. */
async function poll(source: Source): Promise<void> {
  await query(db, "update spiderpig.error_source set claimed_at = claimed_at - interval '1 hour'");
  await pollNow(source);
}

function pollNow(source: Source): Promise<void> {
  const read = (from: number, now: number) => Promise.resolve().then(() => source(from, now));
  return readErrors({ db, log: NO_LOG, source: { read }, intervalMs: INTERVAL_MS });
}

const silent: Source = () => {
  throw new ErrorSourceFailure(ADDRESS, "took longer than 8 s");
};

test("of several processes that want to read the source, one does", async () => {
  let count = 0;
  const source: Source = (_from, now) => {
    count += 1;
    return reading(now, []);
  };

  await Promise.all([1, 2, 3, 4, 5].map(() => pollNow(source)));

  assert.equal(count, 1);
});

test("the source is read once a minute, and more often while a job runs", async () => {
  let count = 0;
  const source: Source = (_from, now) => {
    count += 1;
    return reading(now, []);
  };
  const pollAfter = async (age: string) => {
    await query(db, `update spiderpig.error_source set claimed_at = clock_timestamp() - interval '${age}'`);
    await pollNow(source);
    return count;
  };
  assert.equal(await pollAfter("0 seconds"), 0);
  assert.equal(await pollAfter("61 seconds"), 1);

  const { id } = await aJob(db, { lane: "live" }).running();

  assert.equal(await pollAfter("0 seconds"), 1);
  assert.equal(await pollAfter("31 seconds"), 2);
  await query(
    db,
    `update spiderpig.job set state = 'failed', outcome = 'exit_nonzero', finished_at = now(), lane_released_at = now()
     where id = $1`,
    [id],
  );
});

test("a minute that is read again replaces what was known of it", async () => {
  let first: number | undefined;
  const source: Source = (_from, now) => {
    const at = (first ??= now);
    return reading(now, [
      errors(at, { message: "Error 1", errors: 2 }),
      errors(at, { message: "Error 2", errors: 3, version: "1.45" }),
      errors(at, { message: "Other", errors: 4 }),
    ]);
  };

  await poll(source);
  await poll(source);

  const { messages, minutes } = await readErrorRate(db, 10);

  assert.deepEqual(
    minutes.map(({ errors: sum }) => sum).filter((sum) => sum > 0),
    [9],
  );
  assert.deepEqual(
    messages.map(({ text, errors: sum, versions }) => ({ text, sum, versions })),
    [
      {
        text: "Error …",
        sum: 5,
        versions: [
          { version: "1.45", errors: 3 },
          { version: "1.46", errors: 2 },
        ],
      },
      { text: "Other", sum: 4, versions: [{ version: "1.46", errors: 4 }] },
    ],
  );
});

test("while the source does not respond, the pages know since when and why, and the data keeps its age", async () => {
  await poll((_from, now) => reading(now, []));
  const before = await readErrorRate(db, 10);

  await poll(silent);
  const failed = await readErrorRate(db, 10);
  await poll(silent);

  assert.equal(failed.asOf, before.asOf);
  assert.equal(failed.failure?.reason, "http://errors.example/_search took longer than 8 s.");
  assert.deepEqual((await readErrorRate(db, 10)).failure, failed.failure);

  await poll((_from, now) => reading(now, []));
  assert.equal((await readErrorRate(db, 10)).failure, null);
});

test("messages that first occurred since a running deployment began come first, however rare", async () => {
  await query(db, "delete from spiderpig.error_minute");
  await aJob(db, { lane: "errors", at: new Date() }).running();

  await poll((_from, now) =>
    reading(now, [
      errors(now, { message: "often", errors: 90 }),
      errors(now, { message: "new", firstAt: now + MINUTE_MS }),
    ]),
  );

  assert.deepEqual(
    (await readErrorRate(db, 1)).messages.map(({ text }) => text),
    ["new"],
  );
  await query(db, "update spiderpig.error_message set last_seen_at = now() - interval '25 hours'");
  await poll((_from, now) => reading(now, []));
  assert.deepEqual(await query(db, "select text from spiderpig.error_message"), []);
});

async function aQuestion(lane: string): Promise<{ id: number; interactionId: number }> {
  const { id, pendingId } = await aJob(db, { lane }).waiting({ on: "yes_no" });
  return { id, interactionId: pendingId ?? 0 };
}

async function setRate(perMinute: number, asOf = "now()"): Promise<void> {
  await query(db, `update spiderpig.error_source set per_minute = $1, as_of = ${asOf}`, [perMinute]);
}

const ratesOf = (id: number) =>
  query(
    db,
    "select errors_before, errors_at_question, errors_at_answer from history.interactions where job_id = $1",
    [id],
  );

test("a question and its answer keep the error rate of their time, and the one before the job", async () => {
  await query(db, "delete from spiderpig.error_minute");
  await query(
    db,
    `insert into spiderpig.error_minute (minute, errors)
     select minute, 6 from generate_series(date_trunc('minute', now()) - interval '12 minutes', now(), '1 minute') minute`,
  );
  await setRate(80);
  const { id, interactionId } = await aQuestion("kept");
  await setRate(95);

  await answerInteraction({ db, policy: NO_POLICY }, person("alice"), {
    jobId: id,
    interactionId,
    value: false,
  });

  assert.deepEqual(await ratesOf(id), [{ errors_before: 6, errors_at_question: 80, errors_at_answer: 95 }]);
});

test("a rate that is not current is not known: a question is asked and answered without it", async () => {
  await query(db, "delete from spiderpig.error_minute");
  await setRate(80, "now() - interval '4 minutes'");
  const policy = { ...NO_POLICY, errorRate: [{ operations: [], stages: [], above: 1 }] };
  const { id, interactionId } = await aQuestion("stale");

  await answerInteraction({ db, policy }, person("alice"), { jobId: id, interactionId, value: true });

  assert.deepEqual(await ratesOf(id), [
    { errors_before: null, errors_at_question: null, errors_at_answer: null },
  ]);
});

test("above the threshold of the policy a yes needs a second confirmation, and a no does not", async () => {
  const policy = { ...NO_POLICY, errorRate: [{ operations: ["backport"], stages: [], above: 50 }] };
  await setRate(84.4);
  const answer = (question: { id: number; interactionId: number }, value: boolean, confirmsErrors = false) =>
    answerInteraction({ db, policy }, person("alice"), {
      jobId: question.id,
      interactionId: question.interactionId,
      value,
      confirmsErrors,
    });
  const question = await aQuestion("threshold");

  await assert.rejects(answer(question, true), {
    code: "errors_not_confirmed",
    detail:
      "The servers log 84 errors per minute. Nothing was typed. Check the errors, then confirm your answer.",
  });
  assert.equal((await answer(question, true, true)).state, "answered");
  assert.equal((await answer(await aQuestion("declined"), false)).state, "answered");
});

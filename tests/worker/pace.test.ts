// How jobs share the thread of a worker, with the time in the test's hand.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createPace, type JobPace } from "../../worker/pace.ts";

function world() {
  let now = 0;
  const pauses: number[] = [];
  const pace = createPace({
    now: () => now,
    pause: async (ms) => {
      pauses.push(ms);
      now += ms;
    },
  });
  return {
    pace,
    pauses,
    now: () => now,
    pass: (ms: number) => (now += ms),
    /** Works in slices of this length. */
    works: async (job: JobPace, slices: number, sliceMs: number) => {
      for (let slice = 0; slice < slices; slice += 1) {
        job.work(() => (now += sliceMs));
        await job.rest();
      }
    },
  };
}

test("a job that is alone works at full speed, and lets the event loop have its turn every few milliseconds", async () => {
  const { pace, pauses, now, works } = world();
  await works(pace.join(), 1000, 0.5);
  assert.equal(now(), 500);
  assert.equal(pauses.length, 250);
  assert.ok(pauses.every((ms) => ms === 0));
});

test("while others live, a job whose output costs more than its share gets its share", async () => {
  const { pace, now, works } = world();
  pace.join();
  await works(pace.join(), 2000, 0.5);
  assert.ok(now() > 3500, `1000 ms of work took ${now()} ms, with a quarter of the thread`);
  assert.ok(now() < 4100, `${now()} ms`);
});

test("an ordinary burst is not slowed, and neither is a job that prints now and then", async () => {
  const { pace, pauses, pass, works } = world();
  pace.join();
  const job = pace.join();
  await works(job, 80, 0.5);
  for (let second = 0; second < 20; second += 1) {
    pass(1000);
    await works(job, 60, 0.5);
  }
  assert.ok(
    pauses.every((ms) => ms === 0),
    `paused ${Math.max(...pauses)} ms`,
  );
});

test("a job is alone again when the others have left", async () => {
  const { pace, pauses, works } = world();
  const other = pace.join();
  const job = pace.join();
  await works(job, 400, 0.5);
  assert.ok(pauses.some((ms) => ms > 0));
  other.leave();
  pauses.length = 0;
  await works(job, 400, 0.5);
  assert.ok(pauses.every((ms) => ms === 0));
});

// How jobs share the thread of a worker, with a simulated clock.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createThrottle, type JobThrottle } from "../../worker/throttle.ts";

function world() {
  let now = 0;
  const pauses: number[] = [];
  const throttle = createThrottle({
    now: () => now,
    wait: async (ms) => {
      pauses.push(ms);
      now += ms;
    },
  });
  return {
    throttle,
    pauses,
    now: () => now,
    pass: (ms: number) => (now += ms),
    /** Runs slices of this length. */
    works: async (job: JobThrottle, slices: number, sliceMs: number) => {
      for (let slice = 0; slice < slices; slice += 1) {
        job.run(() => (now += sliceMs));
        await job.pause();
      }
    },
  };
}

test("a single job runs at full speed and yields to the event loop every few milliseconds", async () => {
  const { throttle, pauses, now, works } = world();
  await works(throttle.join(), 1000, 0.5);
  assert.equal(now(), 500);
  assert.equal(pauses.length, 250);
  assert.ok(pauses.every((ms) => ms === 0));
});

test("while there are other jobs, a job whose output exceeds its share of the thread is limited to that share", async () => {
  const { throttle, now, works } = world();
  throttle.join();
  await works(throttle.join(), 2000, 0.5);
  assert.ok(now() > 3500, `1000 ms of work took ${now()} ms, with a quarter of the thread`);
  assert.ok(now() < 4100, `${now()} ms`);
});

test("neither an ordinary burst nor occasional output is throttled", async () => {
  const { throttle, pauses, pass, works } = world();
  throttle.join();
  const job = throttle.join();
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

test("a job runs at full speed again when the other jobs have ended", async () => {
  const { throttle, pauses, works } = world();
  const other = throttle.join();
  const job = throttle.join();
  await works(job, 400, 0.5);
  assert.ok(pauses.some((ms) => ms > 0));
  other.leave();
  pauses.length = 0;
  await works(job, 400, 0.5);
  assert.ok(pauses.every((ms) => ms === 0));
});

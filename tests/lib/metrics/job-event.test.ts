// What is counted of a job's events.
import assert from "node:assert/strict";
import { test } from "node:test";
import { countJobEvent, type RecordedEvent } from "#lib/metrics/job-event.ts";
import { createMetrics } from "#lib/metrics/registry.ts";

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 12, 0, second));
const event = (facts: Partial<RecordedEvent>): RecordedEvent => ({
  kind: "job_created",
  operation: "backport",
  lane: "mediawiki",
  outcome: null,
  createdAt: at(0),
  startedAt: null,
  finishedAt: null,
  at: at(0),
  since: undefined,
  delivery: undefined,
  phase: undefined,
  ...facts,
});

async function counted(events: readonly Partial<RecordedEvent>[]): Promise<string[]> {
  const metrics = createMetrics();
  for (const one of events) countJobEvent(event(one), metrics);
  return (await metrics.registry.metrics())
    .split("\n")
    .filter((line) => /^spiderpig_\w+(_total|_count|_sum)\b/.test(line));
}

test("the end of a job is counted by operation, lane and outcome, with its duration", async () => {
  const lines = await counted([
    { kind: "job_finished", outcome: "completed", startedAt: at(1), finishedAt: at(31), at: at(31) },
    // The outcome of a job does not change what happens to it later.
    { kind: "lane_released", outcome: "completed", startedAt: at(1), finishedAt: at(31), at: at(40) },
  ]);

  assert.ok(
    lines.includes('spiderpig_jobs_ended_total{operation="backport",lane="mediawiki",outcome="completed"} 1'),
  );
  assert.ok(
    lines.includes('spiderpig_job_duration_seconds_sum{operation="backport",outcome="completed"} 30'),
  );
  assert.ok(lines.includes('spiderpig_job_events_total{kind="lane_released"} 1'));
});

test("a job that never ran has no duration", async () => {
  const lines = await counted([
    { kind: "job_cancelled", outcome: "cancelled_while_queued", finishedAt: at(9), at: at(9) },
  ]);

  assert.deepEqual(
    lines.filter((line) => line.startsWith("spiderpig_job_duration")),
    [],
  );
});

test("the start, an answer, its delivery and a phase are measured from their beginning", async () => {
  const lines = await counted([
    { kind: "job_started", at: at(7) },
    { kind: "answer_given", at: at(50), since: at(10) },
    { kind: "answer_settled", at: at(51), since: at(50), delivery: "consumed" },
    { kind: "phase_finished", at: at(20), since: at(12), phase: "sync-world" },
  ]);

  assert.deepEqual(
    lines.filter((line) => /_sum\b/.test(line)),
    [
      'spiderpig_job_queue_seconds_sum{operation="backport",lane="mediawiki"} 7',
      'spiderpig_question_open_seconds_sum{operation="backport"} 40',
      'spiderpig_answer_delivery_seconds_sum{delivery="consumed"} 1',
      'spiderpig_phase_seconds_sum{operation="backport",phase="sync-world"} 8',
    ],
  );
});

test("a program that prints ever new phases does not create ever new series", async () => {
  const lines = await counted(
    Array.from({ length: 500 }, (_, index) => ({
      kind: "phase_finished",
      at: at(2),
      since: at(1),
      phase: `phase ${index}`,
    })),
  );

  assert.ok(lines.filter((line) => line.startsWith("spiderpig_phase_seconds_count")).length <= 101);
  assert.ok(lines.some((line) => line.includes('phase="other"')));
});

// The output sent to one watcher stays within its budget, whatever the program prints.
import assert from "node:assert/strict";
import { test } from "node:test";
import { BUDGET_BYTES, createWatcherOutput, type Delivery } from "#lib/web/live/watcher-output.ts";
import { jobEvents } from "#lib/contract/events.ts";
import type { LogLine } from "#lib/contract/log.ts";
import { createLogMirror } from "./log-mirror.ts";

const AT = new Date(1_800_000_000_000).toISOString();
const REDRAW: Delivery = { hasRedraws: true, isForced: false };
const FORCED: Delivery = { hasRedraws: true, isForced: true };

function aWatcher() {
  const mirror = createLogMirror();
  const facts = { printed: 0, sent: 0, events: 0, states: [] as string[] };
  const output = createWatcherOutput({
    stream: {
      send(event, data, id) {
        facts.sent += `event: ${event}\nid: ${id}\ndata: ${data}\n\n`.length;
        facts.events += 1;
        if (event === "output") assert.deepEqual(mirror.apply(jobEvents.output.parse(JSON.parse(data))), []);
        else facts.states.push(data);
      },
    },
    line: 0,
    cursor: () => "12.345",
    printed: () => facts.printed,
  });
  const show = (texts: readonly string[], delivery: Delivery) => {
    const live: LogLine[] = texts.map((text, index) => ({ n: index + 1, at: AT, text }));
    const step = { settled: [], settledLines: 0, live, totalLines: live.length };
    return output.sendLines(step, delivery, new Map());
  };
  return { output, mirror, facts, show };
}

test("a line that is redrawn continuously costs at most twice the printed bytes, plus a constant", () => {
  const { mirror, facts, show } = aWatcher();
  let last = "";
  for (let frame = 1; frame <= 20_000; frame += 1) {
    last = `${frame % 10} ${"building ".repeat(20)}`;
    facts.printed += 4;
    show([last], REDRAW);
    assert.ok(facts.sent <= 2 * facts.printed + BUDGET_BYTES + 1024, `frame ${frame}: ${facts.sent} bytes`);
  }
  assert.ok(facts.events > 500 && facts.events < 10_000, `${facts.events} events`);

  show([last], FORCED);
  assert.deepEqual(mirror.texts, [last]);
});

test("a redrawn display of many rows stays within the budget too", () => {
  const { mirror, facts, show } = aWatcher();
  const rows = (frame: number) => Array.from({ length: 50 }, (_, row) => `${frame * (row + 1)} layer ${row}`);
  for (let frame = 1; frame <= 2000; frame += 1) {
    facts.printed += 200;
    show(rows(frame), REDRAW);
  }
  assert.ok(facts.sent <= 2 * facts.printed + BUDGET_BYTES + 1024, `${facts.sent} bytes`);
  show(rows(2000), FORCED);
  assert.deepEqual(mirror.texts, rows(2000));
});

test("a redraw that was skipped is reported, so that it is retried", () => {
  const { facts, show } = aWatcher();
  show(["x".repeat(BUDGET_BYTES - 1000)], REDRAW);
  assert.equal(show([`y${"x".repeat(5000)}`], REDRAW), true);
  facts.printed += 10_000;
  assert.equal(show([`y${"x".repeat(5000)}`], REDRAW), false);
});

test("beyond the budget new lines are collected, and none is lost", () => {
  const { mirror, facts, show } = aWatcher();
  const lines: string[] = [];
  let atOnce = 0;
  while (lines.length < 3000) {
    lines.push("x");
    facts.printed += 3;
    if (!show(lines, { hasRedraws: false, isForced: false })) atOnce += 1;
  }
  assert.ok(atOnce < 2000, `${atOnce} events for ${lines.length} lines`);
  assert.ok(facts.sent <= 2 * facts.printed + BUDGET_BYTES + 1024, `${facts.sent} bytes`);
  show(lines, FORCED);
  assert.deepEqual(mirror.texts, lines);
});

test("progress and screen are sent when they differ, within the budget, and at once when a question opens", () => {
  const { output, facts, show } = aWatcher();
  output.knows("progress", "{}");
  assert.equal(output.sendState("progress", "{}", REDRAW), false);
  assert.deepEqual(facts.states, []);
  output.sendState("progress", '{"percent":1}', REDRAW);
  output.sendState("progress", '{"percent":1}', REDRAW);
  assert.deepEqual(facts.states, ['{"percent":1}']);

  show(["x".repeat(BUDGET_BYTES)], FORCED);
  assert.equal(output.sendState("screen", '{"screen":1}', REDRAW), true);
  assert.equal(output.sendState("screen", '{"screen":1}', FORCED), false);
  assert.equal(facts.states.at(-1), '{"screen":1}');
});

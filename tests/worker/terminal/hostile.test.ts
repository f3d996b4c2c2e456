// Time, memory and log lines are proportional to the length of the output.
import { test } from "node:test";
import assert from "node:assert/strict";
import { createEmulator } from "../../../worker/terminal/emulator.ts";
import { FAMILIES, hostileInput } from "./hostile.ts";

const SIZE = { columns: 160, rows: 50 };
const LENGTH = 40_000;
const ROUNDS_MAX = 12;

/** Twice the input takes about twice the time. */
const DOUBLING_MAX = 3;
/** How much more a byte of the worst family may cost than one of plain text. */
const COST_MAX = 1500;
/** UTF-16 units of settled lines per byte; repetition (REP) is the worst case. */
const GROWTH_MAX = 60;
/** UTF-16 units of a state as JSON. */
const STATE_MAX = 2_000_000;

type Cost = { ms: number; produced: number };

function draw(bytes: Uint8Array): Cost {
  const before = process.cpuUsage();
  const emulator = createEmulator(SIZE);
  let produced = 0;
  for (let from = 0; from < bytes.length; from += 16_384) {
    emulator.write(bytes.subarray(from, from + 16_384), from);
    for (const { text } of emulator.takeSettled()) produced += text.length;
    emulator.takeCompleted();
    emulator.live();
  }
  const { user, system } = process.cpuUsage(before);
  return { ms: (user + system) / 1000, produced };
}

/** The ratio of the best times, measured again while it is too large: other programs use the processor too. */
function bestRatio(base: Uint8Array, other: Uint8Array, enough: number): number {
  let best = Infinity;
  let bestOther = Infinity;
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    best = Math.min(best, draw(base).ms);
    bestOther = Math.min(bestOther, draw(other).ms);
    if (bestOther / best <= enough) break;
  }
  return bestOther / best;
}

test("twice as much of any hostile output takes about twice the time", () => {
  for (const family of FAMILIES) {
    draw(hostileInput(family, LENGTH));
    const ratio = bestRatio(hostileInput(family, LENGTH), hostileInput(family, LENGTH * 2), DOUBLING_MAX);
    assert.ok(ratio <= DOUBLING_MAX, `${family.name}: ${ratio}`);
  }
});

test("a byte of hostile output costs a bounded multiple of a byte of text", () => {
  const text = Buffer.from("The quick brown fox jumps over the lazy dog\r\n".repeat(LENGTH / 45));
  for (const family of FAMILIES) {
    const ratio = bestRatio(text, hostileInput(family, text.length), COST_MAX);
    assert.ok(ratio <= COST_MAX, `${family.name}: ${ratio}`);
  }
});

test("hostile output fills neither the memory nor the log", () => {
  for (const family of FAMILIES) {
    const bytes = hostileInput(family, LENGTH * 2);
    const { produced } = draw(bytes);
    assert.ok(
      produced <= bytes.length * GROWTH_MAX,
      `${family.name} makes ${produced / bytes.length} of a byte`,
    );
    const emulator = createEmulator(SIZE);
    emulator.write(bytes, 1);
    emulator.takeSettled();
    emulator.takeCompleted();
    emulator.takeReplies();
    const { length } = JSON.stringify(emulator.state());
    assert.ok(length <= STATE_MAX, `the state of ${family.name} has ${length} characters`);
  }
});

test("styles and clusters that are no longer used are removed, and the screen stays the same", () => {
  const emulator = createEmulator(SIZE);
  const reference = createEmulator(SIZE);
  const beginning = Buffer.from("\x1b[38;2;1;2;3mkept\x1b[0m e\u0301\r\n\x1b[44m");
  emulator.write(beginning, 1);
  reference.write(beginning, 1);
  for (let part = 0; part < 20; part += 1) {
    const changes = Array.from({ length: 8000 }, (_, index) => {
      const number = part * 8000 + index;
      return `\x1b[38;2;${number & 255};${(number >> 8) & 255};${number >> 16}mx\b`;
    });
    emulator.write(Buffer.from(changes.join("")), 1);
  }
  const end = Buffer.from("\x1b[0;44mend");
  emulator.write(end, 1);
  reference.write(end, 1);

  assert.deepEqual(emulator.live(), reference.live());
});

test("a line that never ends is split and continues in the next", () => {
  const emulator = createEmulator(SIZE);
  emulator.write(Buffer.from("x".repeat(200_000)), 1);
  emulator.end();
  const lengths = emulator.takeSettled().map(({ text }) => text.length);

  assert.deepEqual(lengths, [65_440, 65_440, 65_440, 3680]);
});

test("a row of long links is shown without them", () => {
  const emulator = createEmulator(SIZE);
  const links = Array.from(
    { length: 100 },
    (_, index) =>
      `\x1b]8;;https://example.org/${"x".repeat(1500)}${index}\x07\x1b[3${index % 8}m${index % 10}`,
  );
  emulator.write(Buffer.from(links.join("")), 1);
  const [line] = emulator.live();

  assert.ok((line?.text.length ?? Infinity) < 2000);
  assert.ok(!line?.text.includes("example.org"));
});

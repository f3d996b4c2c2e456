// The state of an emulator is plain data, and another emulator continues from it exactly.
import { test } from "node:test";
import assert from "node:assert/strict";
import { createEmulator } from "../../../worker/terminal/emulator.ts";
import type { Emulator, EmulatorState } from "../../../worker/terminal/types.ts";
import { randomFrom } from "../../chaos/random.ts";
import { generateProgram, toProgram } from "./generate.ts";

const RUNS = Number(process.env["TEST_RUNS"] ?? "300");
const SIZE = { columns: 160, rows: 50 };

/** As read from a jsonb column. */
const stored = (state: EmulatorState): EmulatorState => JSON.parse(JSON.stringify(state)) as EmulatorState;

const seen = (emulator: Emulator): unknown => ({
  completed: emulator.takeCompleted(),
  settled: emulator.takeSettled(),
  live: emulator.live(),
  settledCount: emulator.settledCount,
  cursorLine: emulator.cursorLine(),
  cursorLineNumber: emulator.cursorLineNumber(),
  replies: emulator.takeReplies(),
  screen: emulator.screen(),
  modes: emulator.modes,
});

test("an emulator that is restored from a state continues like the original", () => {
  for (let seed = 1; seed <= RUNS; seed += 1) {
    const random = randomFrom(seed);
    const { size, bytes } = toProgram(generateProgram(random), random);
    const at = random.between(0, bytes.length);
    const first = createEmulator(size);
    first.write(bytes.subarray(0, at), 1);
    const state = stored(first.state());
    const second = createEmulator(size, state);
    assert.deepEqual(second.state(), state, `seed ${seed}`);
    for (const emulator of [first, second]) emulator.write(bytes.subarray(at), 2);
    assert.deepEqual(second.state(), stored(first.state()), `seed ${seed}`);
    assert.deepEqual(seen(second), seen(first), `seed ${seed}`);
  }
});

test("lines do not depend on how the output was split into writes", () => {
  for (let seed = 1; seed <= RUNS; seed += 1) {
    const random = randomFrom(seed);
    const { size, bytes } = toProgram(generateProgram(random), random);
    const whole = createEmulator(size);
    whole.write(bytes, 1);
    const bytewise = createEmulator(size);
    for (let at = 0; at < bytes.length; at += 1) bytewise.write(bytes.subarray(at, at + 1), 1);
    assert.deepEqual(bytewise.state(), whole.state(), `seed ${seed}`);
  }
});

test("a state is JSON that PostgreSQL accepts: no NUL and no lone surrogate", () => {
  const emulator = createEmulator(SIZE);
  emulator.write(
    Buffer.from("a\0b 漢e\u0301👩‍💻\x1b[31;48;2;1;2;3mred\x1b]8;;https://example.org/\x07link\xf0\x9f"),
    1,
  );
  const json = JSON.stringify(emulator.state());

  assert.ok(!json.includes("\\u0000"));
  assert.ok(!/\\ud[89a-f]/i.test(json));
});

test("marks and rows above the screen survive a restore onto replayed output", () => {
  const bytes = Buffer.from(
    Array.from({ length: 120 }, (_, index) => `line ${index}\r\n`).join("") + "Go? [y/N] ",
  );
  const original = createEmulator(SIZE);
  original.write(bytes, 1);
  original.markAnswered();
  original.write(Buffer.from("y\r\nworking\r\nNow? "), 2);
  const replayed = createEmulator(SIZE);
  replayed.write(bytes, 1);
  replayed.write(Buffer.from("y\r\nworking\r\nNow? "), 2);
  replayed.restore(stored(original.state()));

  assert.deepEqual(replayed.snapshot(7), original.snapshot(7));
  assert.equal(original.snapshot(7).answeredRow, 120);
});

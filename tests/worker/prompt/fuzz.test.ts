// For any output of a program nothing throws, time is linear in its length, and memory is bounded.
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import assert from "node:assert/strict";
import fc from "fast-check";
import { recogniseBuried } from "../../../worker/prompt/buried.ts";
import { createProtocolParser } from "../../../worker/prompt/protocol.ts";
import { recognise, unrecognised } from "../../../worker/prompt/recognise.ts";
import { createScreen } from "../../../worker/prompt/screen.ts";
import type { TerminalMode } from "../../../holder/protocol/messages.ts";
import { PROMPT_RUNS } from "./prompt-grammar.ts";

const KEY = "00ff".repeat(16);
const MODES: TerminalMode[] = ["line", "secret", "key", "unknown"];
/** Text that recognition reacts to, so that random bytes match more than the first character of a rule. */
const SIGNIFICANT = [
  "[y/N]: ",
  "(y/n): ",
  "[r] Retry\r\n",
  "(default: [r]): ",
  "12:00:00 ",
  "Invalid choice: 'x'\r\n",
  "Press Enter to ",
  "Password: ",
  "\x1b[1m",
  "\x1b[0m",
  "\x1b[31m",
  "\x1b[?1049h",
  "\x1b[2J",
  "\x1b[999;999H",
  "\x1b[?2004h",
  "\x1bP+q",
  "\x1b]0;title",
  "\r",
  "\n",
  "\b",
  "\t",
  "漢",
  "e\u0301",
  "What do you want to do?",
  "The following changes are scheduled for backport:\r\n",
  '{"iokey": "',
  KEY,
  KEY.slice(0, 31),
  "{",
  '{"',
];

const bytes = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.constantFrom(...SIGNIFICANT).map((text) => Buffer.from(text)),
    ),
    { maxLength: 60 },
  )
  .map((pieces) => Buffer.concat(pieces));

test("no bytes make the screen or the recognition throw", async () => {
  await fc.assert(
    fc.asyncProperty(
      bytes,
      bytes,
      fc.constantFrom(160, 80, 2),
      fc.constantFrom(...MODES),
      fc.constantFrom("read" as const, "poll" as const),
      async (one, two, columns, mode, how) => {
        const screen = createScreen({ columns, rows: 10 });
        screen.feed(one, one.length, 0);
        screen.snapshot();
        screen.markAnswered();
        screen.feed(two, one.length + two.length, 5);
        const snapshot = screen.snapshot();

        const reader = { mode, how };
        const found = recognise(snapshot, reader);
        recogniseBuried(snapshot);

        assert(found.message.length <= 32 * 1024);
        assert(found.recognised || found.message === unrecognised(snapshot, reader).message);
      },
    ),
    { numRuns: PROMPT_RUNS },
  );
});

test("no bytes make the protocol throw or show the key", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(bytes, fc.boolean()), { maxLength: 10 }), (pieces) => {
      const parser = createProtocolParser(KEY);
      const parts = pieces.flatMap(([piece, flushes]) => [
        ...parser.push(piece),
        ...(flushes ? parser.flush() : []),
      ]);

      const shown = parts.map((part) => (part.kind === "bytes" ? part.bytes : Buffer.alloc(0)));
      assert(!Buffer.concat(shown).includes(KEY));
    }),
    { numRuns: PROMPT_RUNS },
  );
});

/** Texts that are slow for a rule that backtracks. */
const HARD = [
  "{",
  '{"',
  `{"iokey": "${KEY}`,
  KEY.slice(0, 63),
  "[y/N]: ",
  "[r] ",
  "(default: [",
  "(default: [r]): \r\n",
  "[r] Retry\r\n",
  ".",
  "12:00:00 ",
  " ",
  "-",
  "│",
  "Change '1",
  "Continue with ",
  "\r\n",
  "\x1b[1m",
];

test("the protocol parser takes linear time", () => {
  for (const text of HARD) {
    const once = bestOf(() => throughProtocol(text.repeat(Math.ceil(100_000 / text.length))));
    const fourTimes = bestOf(() => throughProtocol(text.repeat(Math.ceil(400_000 / text.length))));

    assert(fourTimes < 12 * once + 20, `${JSON.stringify(text)}: ${once} ms, then ${fourTimes} ms`);
  }
});

test("a screen of any text is recognised within a few milliseconds", async () => {
  for (const text of HARD) {
    const screen = createScreen({ columns: 160, rows: 50 });
    screen.feed(Buffer.from(text.repeat(Math.ceil(200_000 / text.length))), 1, 0);
    screen.feed(Buffer.from("[y/N]: "), 2, 0);
    const snapshot = screen.snapshot();

    const tookMs = bestOf(() => {
      for (const mode of MODES) {
        for (const how of ["read", "poll"] as const) recognise(snapshot, { mode, how });
      }
      recogniseBuried(snapshot);
    });

    assert(tookMs < 100, `${JSON.stringify(text)}: ${tookMs} ms`);
  }
});

test("a flood keeps no more than the rows that a question may use", () => {
  const screen = createScreen({ columns: 160, rows: 50 });
  const chunk = Buffer.from("some line of a flood, without any end\r\n".repeat(1600));
  const feed = (at: number) => {
    screen.feed(chunk, at, at);
    // As the transcript does.
    screen.emulator.takeCompleted();
    screen.emulator.takeSettled();
  };
  for (let fed = 0; fed < 20; fed += 1) feed(fed);
  const before = keptBytes();

  for (let fed = 0; fed < 1000; fed += 1) feed(fed);

  const grownBytes = keptBytes() - before;
  assert(grownBytes < 4 * 1024 * 1024, `${grownBytes} bytes more after a flood of ${1000 * chunk.length}`);
});

/** Memory in use after a forced garbage collection; the time of an automatic one depends on the machine. */
function keptBytes(): number {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function throughProtocol(text: string): void {
  const parser = createProtocolParser(KEY);
  const whole = Buffer.from(text);
  for (let at = 0; at < whole.length; at += 1000) parser.push(whole.subarray(at, at + 1000));
  parser.flush();
}

/** Processor time of the fastest of several runs, in ms, so that other load on the machine does not count. */
function bestOf(work: () => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 3; run += 1) {
    const start = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(start);
    best = Math.min(best, (user + system) / 1000);
  }
  return best;
}

// The stored output of a job, without a database: the same lines with and without failovers.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { NO_EVIDENCE } from "#lib/domain/evidence.ts";
import type { NewTail, StoredOutput } from "#lib/db/output.ts";
import { TERMINAL_SIZE } from "#lib/domain/terminal.ts";
import type { Log } from "#lib/log.ts";
import type { DatabaseClock } from "../../worker/database-clock.ts";
import type { HolderRecord } from "../../holder/protocol/messages.ts";
import { createIntake } from "../../worker/intake.ts";
import type { JobStore } from "../../worker/job-store.ts";
import { createThrottle } from "../../worker/throttle.ts";
import type { OutputPiece } from "../../worker/pending-output.ts";
import { createScreen } from "../../worker/prompt/screen.ts";
import type { Questions } from "../../worker/questions.ts";
import type { Signals } from "../../worker/signals.ts";
import { createTranscript } from "../../worker/transcript.ts";

const KEY = "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f1";
const HEADER_BYTES = 20;
const nothing = (): void => undefined;
const only = <T>(parts: Partial<T>): T => parts as T;
const message = (fields: object) => `${JSON.stringify({ ...fields, iokey: KEY })}\r\n`;

const NOTHING: StoredOutput = {
  seq: 0,
  journalEnd: 0,
  journalSkip: 0,
  settledLines: 0,
  lineCount: 0,
  outputBytes: 0,
  progress: null,
  status: null,
  terminal: null,
  evidence: NO_EVIDENCE,
};

/** One worker of a run: processes records, and returns what it would have stored so far. */
function workerOn(stored: StoredOutput, replayFrom = { journalEnd: 0, journalSkip: 0 }) {
  const pieces: OutputPiece[] = [];
  const replies: string[] = [];
  let progress: unknown = null;
  let { status } = stored;
  let isTouched = false;
  const store = only<JobStore>({
    addOutput: (piece) => pieces.push(piece),
    setProgress: (next) => (progress = next),
    setStatus: (next) => (status = next),
    touchTail: () => (isTouched = true),
  });
  const screen = createScreen(TERMINAL_SIZE);
  const resumed = { stored, openPhases: [], phaseCount: 0 };
  const transcript = createTranscript(store, screen, resumed, (text, position) =>
    replies.push(`${JSON.stringify(text)} at ${position}`),
  );
  const intake = createIntake({
    jobId: 1,
    protocolKey: KEY,
    stored,
    replayFrom,
    screen,
    transcript,
    questions: only<Questions>({ dispatch: nothing }),
    signals: only<Signals>({}),
    throttle: createThrottle().join(),
    clock: only<DatabaseClock>({ at: (ms) => new Date(ms) }),
    log: only<Log>({}),
    onError: (cause) => assert.fail(cause instanceof Error ? cause : String(cause)),
  });
  return {
    intake,
    screen,
    transcript,
    pieces,
    replies,
    settled: () => pieces.flatMap((piece) => piece.settled),
    progress: () => progress,
    status: () => status,
    isTouched: () => isTouched,
    /** As read from a row. */
    store(): StoredOutput {
      const last = pieces.at(-1);
      if (last === undefined) return stored;
      const { terminal } = JSON.parse(JSON.stringify(transcript.tail())) as NewTail;
      const { journalEnd, journalSkip } = last;
      return { ...NOTHING, seq: 1, journalEnd, journalSkip, terminal };
    },
  };
}

function recordsOf(chunks: readonly string[]): HolderRecord[] {
  let position = 0;
  const records = chunks.map((chunk, index): HolderRecord => {
    const bytes = Buffer.from(chunk);
    const record = {
      kind: "output",
      position,
      next: position + HEADER_BYTES + bytes.length,
      at: index,
      bytes,
    } as const;
    position = record.next;
    return record;
  });
  const exit = { exitCode: 0, signal: 0, failure: null };
  return [...records, { kind: "exit", position, next: position + HEADER_BYTES, at: chunks.length, exit }];
}

const program = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "a line\r\n",
        "\x1b[31mred",
        "\x1b[0m\r\n",
        "\rover",
        "\x1b[2A",
        "\x1b[K",
        "\x1b[3;1Hthere",
        "\x1b[?1049h",
        "\x1b[?1049l",
        "\x1b[5S",
        "\x1b(0lqk\x1b(B",
        "\x1b]8;;https://example.org/\x1b\\link\x1b]8;;\x1b\\",
        "12:00:00 sync: 42% (ok: 1; fail: 0; left: 2)\r",
        "漢字 e\u0301",
        message({ type: "line", line: "told by scap" }),
        message({ type: "line", line: "secret", sensitive: true }),
        message({ type: "interaction", subtype: "input_line", prompt: "two\nlines" }),
        "{ no message }\r\n",
      ),
      fc.integer({ min: 1, max: 60 }).map((count) => "\r\n".repeat(count)),
      fc.integer({ min: 100, max: 700 }).map((count) => "long ".repeat(count)),
      fc.string({ maxLength: 8 }),
    ),
    { minLength: 1, maxLength: 25 },
  )
  .map((parts) => parts.join(""));

/** Split anywhere, also in the middle of a character or a message. */
function cutUp(text: string, sizes: readonly number[]): string[] {
  const chunks: string[] = [];
  for (let at = 0, index = 0; at < text.length; index += 1) {
    const size = sizes[index % sizes.length] ?? 1;
    chunks.push(text.slice(at, at + size).toWellFormed());
    at += size;
  }
  return chunks;
}

test("a run with several failovers has the lines of an uninterrupted one: none lost, duplicated or changed", async () => {
  await fc.assert(
    fc.asyncProperty(
      program,
      fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 5 }),
      fc.array(fc.nat(), { minLength: 1, maxLength: 3 }),
      fc.boolean(),
      async (text, sizes, deaths, replaysAll) => {
        const records = recordsOf(cutUp(text, sizes));
        const undisturbed = workerOn(NOTHING);
        for (const record of records) await undisturbed.intake.take(record);

        let stored = NOTHING;
        const settled = [];
        const marked = [];
        for (const death of [...deaths.toSorted((a, b) => a - b), records.length]) {
          const replayFrom = replaysAll ? { journalEnd: 0, journalSkip: 0 } : stored;
          const worker = workerOn(stored, replayFrom);
          const from = records.filter(({ next }) => next > replayFrom.journalEnd);
          const known = records.length - from.length;
          const until = death === records.length ? records.length : death % records.length;
          for (const record of from.slice(0, Math.max(0, until - known))) await worker.intake.take(record);
          settled.push(...worker.settled());
          marked.push(...worker.pieces.flatMap(({ sensitive }) => sensitive ?? []));
          stored = worker.store();
          worker.intake.stop();
        }
        assert.deepEqual(settled, undisturbed.settled());
        assert.deepEqual(
          marked,
          undisturbed.pieces.flatMap(({ sensitive }) => sensitive ?? []),
        );
      },
    ),
    { numRuns: 300 },
  );
});

test("progress is read from the cursor's line at the time of storing", async () => {
  const worker = workerOn(NOTHING);
  const [drawn] = recordsOf([
    "12:00:00 sync:  10% (ok: 1; fail: 0; left: 9)\r12:00:01 sync:  20% (ok: 2; fail: 0; left: 8)\r",
  ]);
  assert.ok(drawn);
  await worker.intake.take(drawn);
  assert.equal(worker.progress(), null, "output that may be overwritten before it is stored is not rendered");
  worker.transcript.tail();
  assert.deepEqual(worker.progress(), {
    name: "sync",
    percent: 20,
    ok: 2,
    failed: 0,
    left: 8,
    inFlight: null,
  });
});

test("the screen is stored while it is shown, or while the program uses the alternate one", async () => {
  const worker = workerOn(NOTHING);
  const [first, second, third] = recordsOf(["$ ", "\x1b[?1049hmenu", "\x1b[?1049l"]);
  assert.ok(first && second && third);
  await worker.intake.take(first);
  assert.equal(worker.transcript.tail()?.screen, null);
  await worker.intake.take(second);
  assert.equal(worker.transcript.tail()?.screen?.isAlternate, true);
  await worker.intake.take(third);
  assert.equal(worker.transcript.tail()?.screen, null);
  assert.equal(worker.isTouched(), false);
  worker.transcript.setScreenShown(true);
  assert.equal(worker.isTouched(), true);
  assert.equal(worker.transcript.tail()?.screen?.rows[0]?.trimEnd(), "$");
});

test("replies of the terminal are passed on with the position of the query, and not again after a failover", async () => {
  const records = recordsOf(["\x1b[6n", "x"]);
  const first = workerOn(NOTHING);
  await first.intake.take(records[0] as HolderRecord);
  assert.deepEqual(first.replies, [`"\\u001b[1;1R" at ${records[0]?.next}`]);

  const second = workerOn(first.store());
  for (const record of records) await second.intake.take(record);
  assert.deepEqual(second.replies, []);
});

test("a program that is continued after a failover is no longer shown as stopped", async () => {
  const stopped = { ...NOTHING, status: "Stopped: scap" };
  const worker = workerOn(stopped);
  const note = { what: "continued" } as const;
  await worker.intake.take({ kind: "note", position: 0, next: HEADER_BYTES, at: 0, note });
  assert.equal(worker.status(), null);
});

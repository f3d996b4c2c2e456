// How output is batched into the stored chunks and blocks.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createPendingOutput, type OutputPiece } from "../../worker/pending-output.ts";

const START = Date.UTC(2025, 2, 4);

/** @param atMs after the first one */
function piece(text: string, atMs = 0, more: Partial<OutputPiece> = {}): OutputPiece {
  const raw = Buffer.from(`${text}\r\n`);
  return {
    at: new Date(START + atMs),
    journalEnd: atMs,
    journalSkip: 0,
    raw,
    settled: text.split("\n").map((line) => ({ text: line, at: START + atMs })),
    isRedraw: false,
    phases: [],
    ...more,
  };
}

const pendingOutput = () => createPendingOutput({ progress: null, status: null });

const open = { settled: [], isRedraw: true };

test("a burst is one chunk and one block, with the time of its first piece and the end of its last", () => {
  const pending = pendingOutput();
  pending.add(piece("one", 0));
  pending.add(piece("two", 60));
  pending.add(piece("", 90, { ...open, raw: Buffer.from("thr"), journalSkip: 3 }));

  const { chunks, blocks, bytes, isRedraw } = pending.take();
  assert.deepEqual(chunks, [
    { at: new Date(START), raw: Buffer.from("one\r\ntwo\r\nthr"), journalEnd: 90, journalSkip: 3 },
  ]);
  assert.deepEqual(blocks, [{ at: new Date(START), lineCount: 2, text: "one\ntwo" }]);
  assert.equal(bytes, 13);
  assert.equal(isRedraw, false);
});

test("a chunk spans at most a tenth of a second and a quarter of a megabyte", () => {
  const pending = pendingOutput();
  for (const atMs of [0, 100, 101, 201, 202]) pending.add(piece("x", atMs));
  assert.deepEqual(
    pending.take().chunks.map(({ raw }) => raw.length / 3),
    [2, 2, 1],
  );

  const half = { raw: Buffer.alloc(128 * 1024) };
  for (let count = 0; count < 3; count += 1) pending.add(piece("x", 0, half));
  assert.deepEqual(
    pending.take().chunks.map(({ raw }) => raw.length),
    [256 * 1024, 128 * 1024],
  );
});

test("a block of lines spans at most a tenth of a second too, by the times of their last changes", () => {
  const pending = pendingOutput();
  const line = (text: string, atMs: number) => ({ text, at: START + atMs });
  pending.add(
    piece("", 900, { settled: [line("a", 0), line("redrawn", 900), line("b", 850), line("c", 120)] }),
  );
  assert.deepEqual(pending.take().blocks, [
    { at: new Date(START), lineCount: 1, text: "a" },
    { at: new Date(START + 900), lineCount: 2, text: "redrawn\nb" },
    { at: new Date(START + 120), lineCount: 1, text: "c" },
  ]);

  const long = "x".repeat(50_000);
  pending.add(piece([long, long, long].join("\n")));
  assert.deepEqual(
    pending.take().blocks.map(({ lineCount }) => lineCount),
    [2, 1],
  );
});

test("output that only redraws the screen counts as a redraw until a line or a status is added", () => {
  const pending = pendingOutput();
  pending.add(piece("", 0, open));
  pending.setProgress(null);
  assert.ok(pending.isRedraw);
  pending.setStatus("merging");
  assert.ok(!pending.isRedraw);
  pending.take();
  pending.add(piece("", 0, open));
  pending.add(piece("a line"));
  assert.ok(!pending.isRedraw);
});

test("a batch that could not be stored is first in the next attempt, and counts again", () => {
  const pending = pendingOutput();
  const started = { change: "started", id: 1, name: "sync", depth: 0, line: 1, at: new Date(START) } as const;
  const finished = { change: "finished", id: 1, line: 2, at: new Date(START) } as const;
  pending.add(piece("one", 0, { phases: [started] }));
  pending.setStatus("sync");
  const batch = pending.take();
  assert.ok(pending.isEmpty);
  assert.equal(pending.bytes, 0);

  pending.add(piece("two", 1, { phases: [finished] }));
  pending.setStatus(null);
  pending.putBack(batch);
  assert.equal(pending.bytes, 10);
  pending.add(piece("three", 2));

  const again = pending.take();
  assert.deepEqual(
    again.blocks.map(({ text }) => text),
    ["one", "two\nthree"],
  );
  assert.deepEqual(again.phases, [started, finished]);
  assert.equal(again.status, null, "the newest status, not the one that was put back");
  assert.ok(pending.isEmpty);
});

test("a status without output is stored once", () => {
  const pending = pendingOutput();
  assert.ok(pending.isEmpty);
  pending.setStatus("merging");
  assert.ok(!pending.isEmpty);
  const batch = pending.take();
  assert.deepEqual([batch.isEmpty, batch.status, batch.chunks.length], [false, "merging", 0]);
  assert.ok(pending.take().isEmpty);
});

test("a tail that changed without output is stored once", () => {
  const pending = pendingOutput();
  pending.touchTail();
  const batch = pending.take();
  assert.deepEqual([batch.isEmpty, batch.isTailNew, batch.chunks.length], [false, true, 0]);
  assert.ok(pending.take().isEmpty);
});

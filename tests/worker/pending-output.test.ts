// How what a job prints is gathered into the chunks that are stored.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createPendingOutput, type OutputPiece } from "../../worker/pending-output.ts";

const START = Date.UTC(2025, 2, 4);

/** @param atMs after the first one. */
function piece(text: string, atMs = 0, more: Partial<OutputPiece> = {}): OutputPiece {
  const raw = Buffer.from(`${text}\r\n`);
  return {
    at: new Date(START + atMs),
    journalEnd: atMs,
    journalSkip: 0,
    raw,
    text,
    lineCount: 1,
    openLine: "",
    phases: [],
    ...more,
  };
}

const pendingOutput = () => createPendingOutput({ progress: null, status: null });

test("a burst is one chunk: its bytes, its lines, the time of its first piece and the end of its last", () => {
  const pending = pendingOutput();
  pending.add(piece("one", 0));
  pending.add(piece("two", 60));
  pending.add(piece("", 90, { raw: Buffer.from("thr"), lineCount: 0, openLine: "thr", journalSkip: 3 }));

  const { chunks, bytes } = pending.take();
  assert.equal(chunks.length, 1);
  const [chunk] = chunks;
  assert.deepEqual(chunk, {
    at: new Date(START),
    raw: Buffer.from("one\r\ntwo\r\nthr"),
    text: "one\ntwo",
    lineCount: 2,
    openLine: "thr",
    journalEnd: 90,
    journalSkip: 3,
    sensitive: [],
  });
  assert.equal(bytes, 13);
});

test("a chunk spans a tenth of a second and a quarter of a megabyte, and no more", () => {
  const pending = pendingOutput();
  for (const atMs of [0, 100, 101, 201, 202]) pending.add(piece("x", atMs));
  assert.deepEqual(
    pending.take().chunks.map(({ lineCount }) => lineCount),
    [2, 2, 1],
  );

  const half = { raw: Buffer.alloc(128 * 1024) };
  for (let count = 0; count < 3; count += 1) pending.add(piece("x", 0, half));
  assert.deepEqual(
    pending.take().chunks.map(({ raw }) => raw.length),
    [256 * 1024, 128 * 1024],
  );
});

test("a sensitive line is known by its place in the chunk, also when lines come before it", () => {
  const pending = pendingOutput();
  pending.add(piece("one\ntwo", 0, { lineCount: 2 }));
  pending.add(piece("(hidden)", 1, { sensitive: "secret" }));
  assert.deepEqual(pending.take().chunks[0]?.sensitive, [{ offset: 2, text: "secret" }]);
});

test("what could not be stored comes first at the next try, and counts again", () => {
  const pending = pendingOutput();
  const started = { change: "started", id: 1, name: "sync", depth: 0, at: new Date(START) } as const;
  const finished = { change: "finished", id: 1, at: new Date(START) } as const;
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
    again.chunks.map(({ text }) => text),
    ["one", "two\nthree"],
  );
  assert.deepEqual(again.phases, [started, finished]);
  assert.equal(again.status, null, "the newest status, not the one that was put back");
  assert.ok(pending.isEmpty);
});

test("a status alone is something to store, once", () => {
  const pending = pendingOutput();
  assert.ok(pending.isEmpty);
  pending.setStatus("merging");
  assert.ok(!pending.isEmpty);
  const batch = pending.take();
  assert.deepEqual([batch.isEmpty, batch.status, batch.chunks.length], [false, "merging", 0]);
  assert.ok(pending.take().isEmpty);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createLineAssembler, LINE_BYTES_MAX } from "../../../worker/output/lines.ts";

/** The lines of these pieces, and how many of them the assembler says there are. */
function assemble(pieces: readonly Buffer[], isFinished = true) {
  const assembler = createLineAssembler();
  const lines: string[] = [];
  for (const piece of pieces) take(assembler.push(piece));
  const open = assembler.openLine();
  if (isFinished) take(assembler.finish());
  return { lines, open };

  function take({ text, count }: { text: string; count: number }): void {
    if (count === 0) return assert.equal(text, "");
    const completed = text.split("\n");
    assert.equal(completed.length, count);
    lines.push(...completed);
  }
}

const linesOf = (text: string | Buffer) => assemble([Buffer.from(text)]).lines;

test("a line is what a newline ends, with or without a carriage return before it", () => {
  assert.deepEqual(linesOf("one\ntwo\r\nthree\r\r\n\nfive"), ["one", "two", "three", "", "five"]);
});

test("what a carriage return wrote over is gone", () => {
  assert.deepEqual(linesOf("10%\r55%\r100%\ndone\r\n"), ["100%", "done"]);
  assert.deepEqual(linesOf("\rstart\n"), ["start"]);
});

test("a carriage return wipes nothing by itself", () => {
  assert.deepEqual(assemble([Buffer.from("99%\r")], false).open, "99%");
  assert.deepEqual(linesOf("99%\r\r"), ["99%"]);
});

test("colours stay, and characters that were cut in pieces are whole", () => {
  const bytes = Buffer.from("\u001b[32mgrün 🐌 —\u001b[0m\n");
  const one = [...bytes].map((byte) => Buffer.from([byte]));
  assert.deepEqual(assemble(one).lines, ["\u001b[32mgrün 🐌 —\u001b[0m"]);
});

test("a NUL is left out, and bytes that are no characters are shown as such", () => {
  assert.deepEqual(linesOf(Buffer.from([0x61, 0x00, 0x62, 0xff, 0xe2, 0x82, 0x0a])), ["ab\ufffd\ufffd"]);
});

test("a line that never ends is cut, between two characters", () => {
  const long = "é".repeat(LINE_BYTES_MAX);
  const { lines, open } = assemble([Buffer.from(`x${long}`)]);
  assert.equal(lines.join(""), `x${long}`);
  assert.ok(lines.every((line) => Buffer.byteLength(line) <= LINE_BYTES_MAX));
  assert.ok(Buffer.byteLength(open) < LINE_BYTES_MAX);
});

test("a progress bar that is drawn for hours is one line and takes no memory", () => {
  const assembler = createLineAssembler();
  for (let percent = 0; percent < 20_000; percent += 1)
    assert.equal(assembler.push(Buffer.from(`\rsync: ${percent}  `)).count, 0);
  assert.equal(assembler.openLine(), "sync: 19999  ");
  assert.deepEqual(assembler.push(Buffer.from("\n")), { text: "sync: 19999  ", count: 1 });
});

/** Terminal output with everything in it that makes lines difficult. */
const difficult = fc
  .array(
    fc.oneof(
      {
        weight: 4,
        arbitrary: fc.constantFrom("\n", "\r", "\r\n", "\0", "word", "é", "漢字", "🐌", "\u001b[0m"),
      },
      {
        weight: 2,
        arbitrary: fc.uint8Array({ maxLength: 6 }).map((bytes) => Buffer.from(bytes).toString("latin1")),
      },
      {
        weight: 1,
        arbitrary: fc
          .tuple(fc.constantFrom("a", "é", "漢", "🐌"), fc.integer({ min: -9, max: 9 }))
          .map(([letter, more]) =>
            letter.repeat(Math.ceil((LINE_BYTES_MAX + more) / Buffer.byteLength(letter))),
          ),
      },
    ),
    { maxLength: 30 },
  )
  .map((parts) =>
    Buffer.concat(parts.map((part) => Buffer.from(part, /^[\0-\xff]{1,6}$/.test(part) ? "latin1" : "utf8"))),
  );

test("however reads cut the bytes, the lines are the same", () => {
  fc.assert(
    fc.property(difficult, fc.array(fc.nat(), { maxLength: 12 }), (bytes, cuts) => {
      assert.deepEqual(assemble(piecesOf(bytes, cuts)), assemble([bytes]));
    }),
    { numRuns: 300 },
  );
});

test("an assembler that goes on from the bytes since the last newline says what the first would have said", () => {
  fc.assert(
    fc.property(difficult, fc.nat(), (bytes, somewhere) => {
      const at = bytes.length === 0 ? 0 : somewhere % bytes.length;
      const [before, behind] = [bytes.subarray(0, at), bytes.subarray(at)];
      const first = createLineAssembler();
      first.push(before);
      const second = createLineAssembler(before.subarray(before.lastIndexOf(0x0a) + 1));
      assert.equal(second.openLine(), first.openLine());
      assert.deepEqual(second.push(behind), first.push(behind));
      assert.deepEqual(second.finish(), first.finish());
    }),
    { numRuns: 300 },
  );
});

test("a hundred thousand lines take a moment", () => {
  const bytes = Buffer.from("12:34:56 a line of some words, as a deployment prints them\r\n".repeat(100_000));
  const begun = process.cpuUsage();
  const pieces = Array.from({ length: Math.ceil(bytes.length / 65_536) }, (_, index) =>
    bytes.subarray(index * 65_536, (index + 1) * 65_536),
  );
  const assembler = createLineAssembler();
  const count = pieces.reduce((sum, piece) => sum + assembler.push(piece).count, 0);
  assert.equal(count, 100_000);
  // Its own time: what it waits for a processor that others have says nothing of it.
  const { user, system } = process.cpuUsage(begun);
  assert.ok(user + system < 2_000_000, `${(user + system) / 1000} ms of a processor`);
});

function piecesOf(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const edges = [0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].toSorted((a, b) => a - b);
  return edges.slice(1).map((end, index) => bytes.subarray(edges[index], end));
}

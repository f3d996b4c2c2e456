import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createFenceFilter, MARKER_BYTES } from "../../../holder/program/fence.ts";

/** Output in which bytes of the markers' alphabet are frequent. */
const noise = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes.map((byte) => byte % 32)));

function cut(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  let offset = 0;
  for (let index = 0; offset < bytes.length; index += 1) {
    const size = sizes[index % sizes.length] ?? 1;
    chunks.push(bytes.subarray(offset, offset + size));
    offset += size;
  }
  return chunks;
}

test("however the output is split, exactly the marker is removed", () => {
  fc.assert(
    fc.property(
      fc.array(noise, { minLength: 2, maxLength: 5 }),
      fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 20 }),
      (pieces, sizes) => {
        const filter = createFenceFilter();
        const output: Buffer[] = [];
        let markers = 0;
        for (const piece of pieces.slice(0, -1)) {
          const marker = filter.create();
          assert.ok(marker !== undefined);
          filter.expect(marker);
          const before = Buffer.concat(output).length;
          for (const chunk of cut(Buffer.concat([piece, marker]), sizes)) {
            for (const part of filter.push(chunk)) {
              if ("output" in part) {
                output.push(part.output);
              } else {
                markers += 1;
                assert.equal(part.marker, marker);
                assert.equal(Buffer.concat(output).length - before, piece.length, "out of place");
              }
            }
          }
        }
        const last = pieces.at(-1) ?? Buffer.alloc(0);
        cut(last, sizes).forEach((chunk) =>
          filter.push(chunk).forEach((part) => "output" in part && output.push(part.output)),
        );

        assert.equal(markers, pieces.length - 1);
        assert.deepEqual(Buffer.concat(output), Buffer.concat(pieces));
      },
    ),
  );
});

test("a marker that arrives after its timeout is still removed", () => {
  const filter = createFenceFilter();
  const marker = filter.create();
  assert.ok(marker !== undefined);
  filter.expect(marker);
  const chunks = [
    Buffer.concat([Buffer.from("before"), marker.subarray(0, 6)]),
    marker.subarray(6),
    Buffer.from("after"),
  ];

  const first = filter.push(chunks[0] ?? marker);
  assert.deepEqual(filter.giveUp(), Buffer.alloc(0));
  const rest = chunks.slice(1).flatMap((chunk) => filter.push(chunk));

  const output = [...first, ...rest].flatMap((part) => ("output" in part ? [part.output] : []));
  assert.equal(Buffer.concat(output).toString(), "beforeafter");
});

test("output that only begins like a marker is released when the marker times out", () => {
  const filter = createFenceFilter();
  const marker = filter.create();
  assert.ok(marker !== undefined);
  filter.expect(marker);
  const output = Buffer.concat([Buffer.from("text"), marker.subarray(0, 2)]);

  const passed = filter.push(output).flatMap((part) => ("output" in part ? [part.output] : []));

  assert.deepEqual(Buffer.concat([...passed, filter.giveUp()]), output);
});

test("the end of the output is not held back after a marker was lost", () => {
  const filter = createFenceFilter();
  const marker = filter.create();
  assert.ok(marker !== undefined);
  filter.expect(marker);
  filter.giveUp();
  const output = marker.subarray(0, 2);

  assert.deepEqual(filter.push(output), [{ output }]);
});

test("too many lost markers end the use of markers", () => {
  const filter = createFenceFilter();
  let created = 0;
  for (let marker = filter.create(); marker !== undefined && created < 100; marker = filter.create()) {
    created += 1;
    assert.equal(marker.length, MARKER_BYTES);
    filter.expect(marker);
    filter.giveUp();
  }
  assert.equal(created, 8);
});

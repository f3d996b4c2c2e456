import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseInstant } from "#lib/domain/instant.ts";

const SAME = "2026-12-01T08:00:00.000Z";

for (const text of [
  "2026-12-01T08:00:00Z",
  "2026-12-01T08:00Z",
  "2026-12-01t08:00:00z",
  "2026-12-01 08:00:00Z",
  "2026-12-01T10:00:00+02:00",
  "2026-12-01T10:00:00+0200",
  "2026-12-01T10:00:00+02",
  "2026-12-01T10:00:00 02:00",
  "2026-12-01T03:30:00-04:30",
  "2026-12-01T08:00:00,000Z",
  "2026-12-01T08:00:00.000000001Z",
]) {
  test(`${JSON.stringify(text)} is accepted and converted to UTC`, () => {
    assert.equal(parseInstant(text), SAME);
  });
}

for (const text of [
  "",
  "yesterday",
  "2026-12-01",
  "2026-12-01T08:00:00",
  "2026-12-01T25:00:00Z",
  "2026-02-29T08:00:00Z",
  "2026-13-01T08:00:00Z",
  "0000-01-01T00:00:00Z",
  "0001-01-01T00:00:00+02:00",
  "9999-12-31T23:59:59-01:00",
  "2026-12-01T08:00:00+99:00",
  "1764576000",
  "２026-12-01T08:00:00Z",
]) {
  test(`${JSON.stringify(text)} is refused`, () => {
    assert.equal(parseInstant(text), undefined);
  });
}

test("an instant is the same in every offset", () => {
  const moments = fc.date({
    min: new Date("0002-01-01T00:00:00Z"),
    max: new Date("9998-12-31T00:00:00Z"),
    noInvalidDate: true,
  });
  fc.assert(
    fc.property(moments, fc.integer({ min: -14 * 60, max: 14 * 60 }), (moment, offset) => {
      const shown = new Date(moment.getTime() + offset * 60_000).toISOString().slice(0, -1);
      const clock = [Math.trunc(Math.abs(offset) / 60), Math.abs(offset) % 60].map((part) =>
        String(part).padStart(2, "0"),
      );
      assert.equal(parseInstant(`${shown}${offset < 0 ? "-" : "+"}${clock.join(":")}`), moment.toISOString());
    }),
  );
});

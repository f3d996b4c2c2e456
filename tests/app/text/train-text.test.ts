import assert from "node:assert/strict";
import { test } from "node:test";
import { unpreparedText } from "../../../app/text/train-text.ts";

const train = (version: string) => ({ version: "1.47.0-wmf.11", stations: [{ versions: [{ version }] }] });

test("a promotion that skips testwikis with a version that scap has not prepared gets a warning", () => {
  const skips = { action: "promote", station: "group1" } as const;
  assert.match(unpreparedText(train("1.47.0-wmf.10"), skips) ?? "", /Promote to testwikis first/);
  assert.equal(unpreparedText(train("1.47.0-wmf.10"), { ...skips, station: "testwikis" }), undefined);
  assert.equal(unpreparedText(train("1.47.0-wmf.10"), { action: "rollback", station: "start" }), undefined);
  assert.equal(unpreparedText(train("1.47.0-wmf.11"), skips), undefined);
});

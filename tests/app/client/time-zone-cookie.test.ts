import assert from "node:assert/strict";
import { test } from "node:test";
import { timeZoneOf } from "../../../app/client/time-zone-cookie.ts";

test("times are shown in UTC unless the cookie names a time zone", () => {
  assert.equal(timeZoneOf(undefined), "UTC");
  assert.equal(timeZoneOf("Europe%2FBerlin"), "Europe/Berlin");
  assert.equal(timeZoneOf("America/New_York"), "America/New_York");
  for (const broken of ["", "%", "Middle/Earth", "../../etc/passwd", "x".repeat(4000)]) {
    assert.equal(timeZoneOf(broken), "UTC", broken);
  }
});

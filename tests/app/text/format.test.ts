import assert from "node:assert/strict";
import { test } from "node:test";
import {
  formatClock,
  formatDuration,
  formatExactMoment,
  formatMoment,
  formatRelative,
  formatUtc,
  plural,
} from "../../../app/text/format.ts";

test("a duration is shown in its two largest units and is never negative", () => {
  assert.equal(formatDuration(-5000), "0s");
  assert.equal(formatDuration(59_999), "59s");
  assert.equal(formatDuration(60_000), "1m 00s");
  assert.equal(formatDuration(3_599_000), "59m 59s");
  assert.equal(formatDuration(3_720_000), "1h 02m");
});

test("a time is relative in its largest unit, and after a month it is not", () => {
  const now = Date.parse("2026-11-20T12:00:00Z");

  assert.equal(formatRelative("2026-11-20T11:59:31.000Z", now), "just now");
  assert.equal(formatRelative("2026-11-20T11:53:00.000Z", now), "7 min ago");
  assert.equal(formatRelative("2026-11-20T09:05:00.000Z", now), "2 h ago");
  assert.equal(formatRelative("2026-11-19T09:05:00.000Z", now), "1 day ago");
  assert.equal(formatRelative("2026-11-02T12:00:00.000Z", now), "18 days ago");
  assert.equal(formatRelative("2026-10-02T12:00:00.000Z", now), undefined);
  assert.equal(formatRelative("2026-11-20T12:00:59.000Z", now), "in less than a minute");
  assert.equal(
    formatRelative("2026-11-20T12:00:01.000Z", now),
    "just now",
    "the clock of the page is behind",
  );
  assert.equal(formatRelative("2026-11-20T13:30:00.000Z", now), "in 1 h");
});

test("a time names its zone, and its date when it is not today", () => {
  const now = Date.parse("2026-11-20T12:00:00Z");

  assert.equal(formatMoment("2026-11-20T09:05:00.000Z", now, "UTC"), "09:05 UTC");
  assert.equal(formatMoment("2026-11-17T09:05:00.000Z", now, "UTC"), "17 Nov, 09:05 UTC");
  assert.equal(formatMoment("2025-11-17T09:05:00.000Z", now, "UTC"), "17 Nov 2025, 09:05 UTC");
  assert.equal(formatExactMoment("2026-11-20T09:05:07.000Z", now, "UTC"), "09:05:07 UTC");
});

test("a time can be shown in a local time zone, also across midnight", () => {
  const now = Date.parse("2026-11-20T23:30:00Z");

  assert.equal(formatMoment("2026-11-20T23:10:00.000Z", now, "Europe/Berlin"), "00:10 CET");
  assert.equal(formatMoment("2026-11-20T20:10:00.000Z", now, "Europe/Berlin"), "20 Nov, 21:10 CET");
  assert.equal(formatMoment("2026-11-20T23:10:00.000Z", now, "Asia/Kolkata"), "04:40 GMT+5:30");
  assert.equal(formatClock("2026-11-20T23:10:09.000Z", "Europe/Berlin"), "00:10:09");
});

test("the exact time is shown in UTC with seconds", () => {
  assert.equal(formatUtc("2026-11-20T09:05:07.123Z"), "2026-11-20 09:05:07 UTC");
});

test("large numbers are grouped, and one is singular", () => {
  assert.equal(plural(1, "line", "lines"), "1 line");
  assert.equal(plural(1_234_567, "line", "lines"), "1,234,567 lines");
});

// The address of the history page, in both directions.
import assert from "node:assert/strict";
import { test } from "node:test";
import { countFilters, exportHref, historyHref } from "../../../../app/features/history/history-address.ts";
import { readAddress } from "../../../../app/features/history/read-address.ts";

test("an address has the search, the filters and the page, and is written as it was read", () => {
  const { params, filter, start, invalid } = readAddress({
    q: " login  limit ",
    outcome: "completed,rolled_back",
    user: "alice",
    before: "120",
  });
  assert.deepEqual(invalid, []);
  assert.deepEqual(filter, { q: "login  limit", outcome: ["completed", "rolled_back"], user: "alice" });
  assert.deepEqual(start, { olderThan: 120 });
  assert.equal(
    historyHref(params),
    "/history?q=login++limit&outcome=completed%2Crolled_back&user=alice&before=120",
  );
  assert.equal(countFilters(params), 2);
});

test("a day is a day in UTC, from its beginning to its end", () => {
  const { params, filter } = readAddress({ from: "2026-02-28", to: "2026-02-28" });
  assert.deepEqual(filter, { from: "2026-02-28T00:00:00.000Z", to: "2026-03-01T00:00:00.000Z" });
  assert.equal(
    exportHref({ ...params, before: "3" }, "csv"),
    "/api/jobs.csv?from=2026-02-28T00%3A00%3A00Z&to=2026-03-01T00%3A00%3A00.000Z",
  );
});

test("invalid values are named, unknown and empty ones are ignored", () => {
  for (const [name, value] of [
    ["state", "gone"],
    ["to", "2026-02-30"],
    ["to", "9999-12-31"],
    ["from", "yesterday"],
    ["change", "x"],
    ["before", "0"],
    ["lane", "../x"],
    ["q", "a\0b"],
    ["q", "a ".repeat(11)],
  ] as const) {
    const { invalid, filter } = readAddress({ [name]: value });
    assert.deepEqual([invalid, filter], [[name], {}], `${name}=${value}`);
  }
  assert.deepEqual(readAddress({ utm_source: "chat", state: "", q: ["old", "new"] }).filter, { q: "new" });
});

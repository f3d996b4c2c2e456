// The arithmetic and formatting behind the benchmark table.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { readArguments, UsageError } from "../../bench/arguments.ts";
import { BENCHMARKS } from "../../bench/benchmarks/all.ts";
import { latenciesOf } from "../../bench/measure/crowd.ts";
import { quantile } from "../../bench/measure/quantiles.ts";
import { latencyRow, rateRow, valueRow } from "../../bench/measure/result.ts";
import { table } from "../../bench/table.ts";
import { createEventReader } from "../../bench/installation/event-reader.ts";

const ONE_TO_HUNDRED = Array.from({ length: 100 }, (_, index) => 100 - index);

test("a quantile is a value that was measured", () => {
  assert.equal(quantile(ONE_TO_HUNDRED, 0.5), 50);
  assert.equal(quantile(ONE_TO_HUNDRED, 0.99), 99);
  assert.equal(quantile(ONE_TO_HUNDRED, 0), 1);
  assert.equal(quantile(ONE_TO_HUNDRED, 1), 100);
  assert.equal(quantile([7], 0.99), 7);
  assert.ok(Number.isNaN(quantile([], 0.5)));
});

test("a latency misses its target when either quantile does, or when there are no samples", () => {
  const named = { benchmark: 1, name: "it" };

  assert.equal(latencyRow(named, ONE_TO_HUNDRED, { p50: 50, p99: 99 }).ok, true);
  assert.equal(latencyRow(named, ONE_TO_HUNDRED, { p50: 49 }).ok, false);
  assert.equal(latencyRow(named, ONE_TO_HUNDRED, { p50: 50, p99: 98 }).ok, false);
  assert.equal(latencyRow(named, [], { p50: 50 }).ok, false);
  assert.equal(
    latencyRow(named, ONE_TO_HUNDRED).ok,
    undefined,
    "a row without a target is neither met nor missed",
  );
});

test("higher rates are better, other values better when lower", () => {
  assert.equal(rateRow({ benchmark: 4, name: "lines", unit: "lines/s" }, [10, 20, 30], 20).ok, true);
  assert.equal(rateRow({ benchmark: 4, name: "lines", unit: "lines/s" }, [10, 20, 30], 21).ok, false);
  assert.equal(
    rateRow({ benchmark: 4, name: "lines", unit: "lines/s" }, [10, 20, 30]).p99,
    10,
    "the slowest run",
  );
  assert.equal(valueRow({ benchmark: 8, name: "time", unit: "ms" }, [1, 2, 3], 2).ok, true);
  assert.equal(valueRow({ benchmark: 8, name: "time", unit: "ms" }, [1, 2, 3], 1).ok, false);
});

test("events are parsed whole, wherever the stream is split", () => {
  const stream =
    'retry: 300\n\nevent: job\nid: 3.0\ndata: {"id":1}\n\n: still here\n\nevent: end\ndata: {}\n\n';
  const expected = [
    { event: "job", id: "3.0", data: '{"id":1}' },
    { event: "end", id: "", data: "{}" },
  ];

  for (let cut = 0; cut <= stream.length; cut += 1) {
    const read = createEventReader();
    assert.deepEqual([...read(stream.slice(0, cut)), ...read(stream.slice(cut))], expected);
  }
});

test("each line has a latency from when it was printed, and is counted once", () => {
  const printedAt = [10, 20, 30, 40];
  const arrivals = [
    { line: 2, at: 25 },
    { line: 2, at: 26 },
    { line: 4, at: 45 },
  ];

  assert.deepEqual(latenciesOf(arrivals, printedAt), [15, 5, 15, 5]);
});

test("the table has a line for each row and shows which targets were missed", () => {
  const text = table([
    latencyRow({ benchmark: 1, name: "fast" }, [1], { p50: 2 }),
    latencyRow({ benchmark: 2, name: "slow" }, [3], { p50: 2 }),
    valueRow({ benchmark: 11, name: "big", unit: "MB" }, [12_345.6]),
  ]);

  const lines = text.split("\n");
  assert.equal(lines.length, 4);
  assert.match(lines[1] ?? "", /1 {2}fast +1\.00 +1\.00 +ms +1 +p50 ≤ 2 +ok$/);
  assert.match(lines[2] ?? "", /MISSED$/);
  assert.match(lines[3] ?? "", /12,346 +MB/);
});

test("every benchmark file is listed, once and in order", () => {
  const directory = join(import.meta.dirname, "../../bench/benchmarks");
  const written = readdirSync(directory).flatMap((name) => /^(\d+)-/.exec(name)?.[1] ?? []);

  assert.deepEqual(
    BENCHMARKS.map((benchmark) => benchmark.number),
    written.map(Number).toSorted((a, b) => a - b),
  );
});

test("selected benchmarks run, and an unknown argument prints the usage", () => {
  assert.deepEqual([...readArguments([], [1, 2], {}).benchmarks], [1, 2]);
  assert.deepEqual([...readArguments(["2"], [1, 2], {}).benchmarks], [2]);
  assert.equal(readArguments(["--json", "out"], [1], {}).json, "out");
  assert.equal(readArguments([], [1], { BENCH_SILENT_SECONDS: "20" }).settings.silentSeconds, 20);
  for (const wrong of [["3"], ["x"], ["--fast"]]) {
    assert.throws(() => readArguments(wrong, [1, 2], {}), UsageError);
  }
  assert.throws(() => readArguments([], [1], { BENCH_ROUNDS: "many" }), /BENCH_ROUNDS/);
});

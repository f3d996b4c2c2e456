import assert from "node:assert/strict";
import { test } from "node:test";
import { lineFinder } from "#lib/domain/log-text.ts";
import type { LogLine, LogMatches } from "#lib/contract/log.ts";
import { MATCHES_MAX, nextMatch, searchLog } from "../../../../app/features/log/log-search.ts";
import { createLogStore } from "../../../../app/features/log/log-store.ts";
import { until } from "../../../support/until.ts";
import { outputEvent } from "../../output-event.ts";

const AT = "2026-11-20T12:00:00.000Z";
const line = (n: number, text: string): LogLine => ({ n, at: AT, text });
const noFetch = () => Promise.reject(new Error("nobody looks at it"));
const storeOf = (totalLines: number) =>
  createLogStore({ lines: [], totalLines, settledLines: totalLines, complete: false }, noFetch);

test("a search ignores colours and letter case", () => {
  const isFound = lineFinder("error: Disk");
  assert.ok(isFound("12:00 \u001b[31mERROR\u001b[0m: disk is full"));
  assert.ok(!isFound("12:00 error, disk is full"));
  assert.ok(!lineFinder("[31m")("\u001b[31mred\u001b[0m"));
});

test("all chunks of a long log are searched, and new lines are searched without another request", async () => {
  const asked: number[] = [];
  const second = Promise.withResolvers<LogMatches>();
  const log = storeOf(100);
  const search = searchLog({
    query: "error",
    log,
    find: (_, fromLine) => {
      asked.push(fromLine);
      return fromLine === 1 ? Promise.resolve({ lines: [3, 40], nextLine: 51 }) : second.promise;
    },
  });
  await until("the first piece is there", () => search.snapshot().lines.length === 2);

  log.apply(outputEvent([line(101, "an Error"), line(102, "well")], 102));
  assert.deepEqual(search.snapshot().lines, [3, 40, 101]);
  assert.equal(search.snapshot().isDone, false);
  // The server may have read what arrived, too.
  second.resolve({ lines: [70, 101], nextLine: null });
  await until("all of it is searched", () => search.snapshot().isDone);
  assert.deepEqual(search.snapshot().lines, [3, 40, 70, 101]);
  log.apply(outputEvent([line(103, "error again")], 103));
  assert.deepEqual(search.snapshot().lines, [3, 40, 70, 101, 103]);
  assert.deepEqual(asked, [1, 51]);

  search.close();
  log.apply(outputEvent([line(104, "error")], 104));
  assert.equal(search.snapshot().lines.length, 5, "a closed search looks at nothing");
});

test("lines that a reopened stream skips are searched by the server", async () => {
  const asked: number[] = [];
  const log = storeOf(10);
  const search = searchLog({
    query: "error",
    log,
    find: (_, fromLine) => {
      asked.push(fromLine);
      return Promise.resolve({ lines: fromLine === 1 ? [] : [15, 20], nextLine: null });
    },
  });
  await until("what is stored is searched", () => search.snapshot().isDone);

  log.apply(outputEvent([line(20, "an error")], 20));

  await until("the gap is searched, too", () => search.snapshot().lines.length === 2);
  await until("all of it is searched", () => search.snapshot().isDone);
  assert.deepEqual(search.snapshot().lines, [15, 20]);
  assert.deepEqual(asked, [1, 11]);
  log.apply(outputEvent([line(21, "error")], 21));
  assert.deepEqual(search.snapshot().lines, [15, 20, 21]);
  search.close();
});

test("a redrawn line matches by its current text only", async () => {
  const log = storeOf(10);
  const search = searchLog({
    query: "error",
    log,
    // The server has read the line before it was redrawn.
    find: () => Promise.resolve({ lines: [4, 11], nextLine: null }),
  });
  log.apply(outputEvent([line(11, "0 of 9, an error"), line(12, "waits")], 12, 10));
  await until("what is stored is searched", () => search.snapshot().isDone);
  assert.deepEqual(search.snapshot().lines, [4, 11]);

  log.apply(outputEvent([line(11, "1 of 9"), line(12, "error: no space")], 12, 10));
  assert.deepEqual(search.snapshot().lines, [4, 12]);

  log.apply(outputEvent([line(12, "error: no space left")], 12, 12));
  assert.deepEqual(search.snapshot().lines, [4, 12]);
  search.close();
});

test("the next match never skips an unsearched line, and wraps around at the end", () => {
  const partly = { lines: [3, 40, 101], searchedTo: 50, isDone: false, problem: undefined };
  assert.equal(nextMatch(partly, 0, 1), 3);
  assert.equal(nextMatch(partly, 3, 1), 40);
  assert.equal(nextMatch(partly, 40, 1), undefined, "there may be one before 101");
  assert.equal(nextMatch(partly, 40, -1), 3);
  assert.equal(nextMatch(partly, 101, -1), undefined);
  assert.equal(nextMatch(partly, 3, -1), undefined, "the last one is not known yet");

  const wholly = { ...partly, searchedTo: Infinity, isDone: true };
  assert.equal(nextMatch(wholly, 40, 1), 101);
  assert.equal(nextMatch(wholly, 101, 1), 3);
  assert.equal(nextMatch(wholly, 3, -1), 101);
  assert.equal(nextMatch({ ...wholly, lines: [] }, 3, 1), undefined);
});

test("a search stops at the maximum number of matches, and reports a failure", async () => {
  let requests = 0;
  const many = searchLog({
    query: "e",
    log: storeOf(1_000_000),
    find: (_, fromLine) => {
      requests += 1;
      return Promise.resolve({
        lines: [...Array(1000).keys()].map((index) => fromLine + index),
        nextLine: fromLine + 1000,
      });
    },
  });
  await until("it has stopped", () => many.snapshot().isDone);
  assert.equal(many.snapshot().lines.length, MATCHES_MAX);
  assert.equal(requests, MATCHES_MAX / 1000);

  const failing = searchLog({ query: "e", log: storeOf(3), find: () => Promise.reject(new Error("no")) });
  await until("it has given up", () => failing.snapshot().problem !== undefined);
  assert.deepEqual(failing.snapshot().lines, []);
});

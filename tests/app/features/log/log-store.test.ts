import assert from "node:assert/strict";
import { test } from "node:test";
import type { LogLine, LogPage } from "#lib/contract/log.ts";
import { PAGE_LINES } from "../../../../app/features/log/line-cache.ts";
import { createLogStore } from "../../../../app/features/log/log-store.ts";
import { until } from "../../../support/until.ts";
import { outputEvent } from "../../output-event.ts";

const AT = "2026-11-20T12:00:00.000Z";

function linesFrom(from: number, to: number): LogLine[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => ({
    n: from + index,
    at: AT,
    text: `line ${from + index}`,
  }));
}

function pageOf(totalLines: number, from: number, limit: number): LogPage {
  const lines = linesFrom(from, Math.min(totalLines, from + limit - 1));
  return { lines, totalLines, settledLines: totalLines, complete: false };
}

const emptyLog = (totalLines: number): LogPage => ({
  lines: [],
  totalLines,
  settledLines: totalLines,
  complete: true,
});

test("pushed lines are available immediately, and older ones are fetched when they come into view", async () => {
  const asked: number[] = [];
  const store = createLogStore(pageOf(2000, 1501, PAGE_LINES), async (from, limit) => {
    asked.push(from);
    return Promise.resolve(pageOf(2001, from, limit));
  });

  store.apply(outputEvent(linesFrom(2001, 2001), 2001));
  assert.equal(store.line(2001)?.text, "line 2001");
  assert.equal(store.line(700), undefined);

  store.want([{ from: 690, to: 1010 }]);
  await until("both pages are there", () => store.line(700) !== undefined && store.line(1010) !== undefined);
  assert.deepEqual(asked, [501, 1001]);

  store.want([{ from: 690, to: 1010 }]);
  assert.deepEqual(asked, [501, 1001], "what is known is not fetched again");
});

test("a duplicate event changes nothing", () => {
  const store = createLogStore(pageOf(10, 1, PAGE_LINES), async () =>
    Promise.reject(new Error("not needed")),
  );

  store.apply(outputEvent(linesFrom(11, 12), 12));
  store.apply(outputEvent(linesFrom(11, 12), 12));

  assert.equal(store.snapshot().totalLines, 12);
  assert.equal(store.line(12)?.text, "line 12");
});

test("a gap between rendered and pushed lines is fetched when it comes into view", async () => {
  const store = createLogStore(pageOf(10, 1, PAGE_LINES), async (from, limit) =>
    Promise.resolve(pageOf(30, from, limit)),
  );

  store.apply(outputEvent(linesFrom(21, 30), 30));
  store.want([{ from: 1, to: 30 }]);

  await until("the gap is filled", () => store.line(15) !== undefined);
});

test("a page of very long lines is fetched completely, each part once", async () => {
  const asked: number[] = [];
  const store = createLogStore(emptyLog(400), async (from, limit) => {
    asked.push(from);
    return Promise.resolve(pageOf(400, from, Math.min(limit, 100)));
  });

  store.want([{ from: 250, to: 300 }]);
  await until("what is looked at is there", () => store.line(300) !== undefined);

  assert.deepEqual(asked, [1, 101, 201]);
});

test("a page that cannot be fetched is reported and retried", async () => {
  let isDown = true;
  const store = createLogStore(emptyLog(100), async (from, limit) => {
    if (isDown) throw new Error("away");
    return Promise.resolve(pageOf(100, from, limit));
  });

  store.want([{ from: 1, to: 20 }]);
  await until("the failure shows", () => store.snapshot().failed);
  isDown = false;
  await until("the page comes", () => store.line(1) !== undefined);

  assert.equal(store.snapshot().failed, false);
});

test("the cache is bounded however many lines are viewed", async () => {
  const totalLines = 200 * PAGE_LINES;
  const store = createLogStore(pageOf(totalLines, 1, PAGE_LINES), async (from, limit) =>
    Promise.resolve(pageOf(totalLines, from, limit)),
  );

  for (let page = 0; page < 200; page += 1) {
    const first = page * PAGE_LINES + 1;
    store.want([{ from: first, to: first + 50 }]);
    await until(`page ${page}`, () => store.line(first) !== undefined);
  }

  assert.equal(store.line(1), undefined, "the first page was forgotten");
  let kept = 0;
  for (let n = 1; n <= totalLines; n += PAGE_LINES) if (store.line(n) !== undefined) kept += 1;
  assert.ok(kept <= 80, `${kept} pages are kept`);
});

const neverFetched = async () => Promise.reject(new Error("not needed"));

test("a redrawn line changes in place until it is settled", () => {
  const store = createLogStore(pageOf(2, 1, PAGE_LINES), neverFetched);
  const text = "downloading the image: 10%";

  store.apply(outputEvent([{ n: 3, at: AT, text }], 3, 2));
  assert.equal(store.line(3)?.text, text);

  store.apply({ blocks: [{ n: 3, at: AT, keep: 23, text: "99%" }], totalLines: 3, settledLines: 2 });
  assert.equal(store.line(3)?.text, "downloading the image: 99%");

  store.apply(outputEvent(linesFrom(4, 4), 4, 3));
  assert.equal(store.line(3)?.text, "downloading the image: 99%");
  assert.equal(store.snapshot().settledLines, 3);
});

test("lines that a shared stream resends for another tab change nothing", () => {
  const store = createLogStore(pageOf(20, 1, PAGE_LINES), neverFetched);

  store.apply(outputEvent(linesFrom(6, 10), 20, 10));
  assert.deepEqual([store.snapshot().totalLines, store.snapshot().settledLines], [20, 20]);
  // The end of a line that was never here.
  store.apply({ blocks: [{ n: 21, at: AT, keep: 20, text: "99%" }], totalLines: 21, settledLines: 20 });
  assert.equal(store.line(21), undefined);
});

test("lines that the program erased are removed", () => {
  const store = createLogStore(pageOf(2, 1, PAGE_LINES), neverFetched);
  store.apply(outputEvent(linesFrom(3, 6), 6, 2));

  store.apply({ blocks: [], totalLines: 4, settledLines: 2 });

  assert.equal(store.snapshot().totalLines, 4);
  assert.equal(store.line(4)?.text, "line 4");
  assert.equal(store.line(5), undefined);
});

test("a fetched page that is older than the stream does not undo a redraw", async () => {
  const old = { ...pageOf(10, 1, PAGE_LINES), settledLines: 8 };
  const asked: number[] = [];
  const store = createLogStore({ ...old, lines: old.lines.slice(5) }, async (from) => {
    asked.push(from);
    return Promise.resolve(old);
  });
  store.apply(outputEvent([{ n: 10, at: AT, text: "redrawn" }], 10, 8));

  store.want([{ from: 1, to: 10 }]);
  await until("the page", () => store.line(1) !== undefined);

  assert.equal(store.line(10)?.text, "redrawn");
  assert.equal(store.line(9)?.text, "line 9");
  assert.equal(asked.length, 1);
});

test("lines that may still be redrawn are never evicted", async () => {
  const totalLines = 200 * PAGE_LINES;
  const store = createLogStore(pageOf(totalLines, 1, PAGE_LINES), async (from, limit) =>
    Promise.resolve(pageOf(totalLines, from, limit)),
  );
  store.apply(
    outputEvent(
      [{ n: totalLines + 1, at: AT, text: "progress of the sync: 1%" }],
      totalLines + 1,
      totalLines,
    ),
  );
  for (let page = 0; page < 100; page += 1) {
    store.want([{ from: page * PAGE_LINES + 1, to: page * PAGE_LINES + 50 }]);
    await until(`page ${page}`, () => store.line(page * PAGE_LINES + 1) !== undefined);
  }

  store.apply({
    blocks: [{ n: totalLines + 1, at: AT, keep: 22, text: "2%" }],
    totalLines: totalLines + 1,
    settledLines: totalLines,
  });

  assert.equal(store.line(totalLines + 1)?.text, "progress of the sync: 2%");
});

test("all lines are settled when the job has ended", () => {
  const store = createLogStore(pageOf(2, 1, PAGE_LINES), neverFetched);
  store.apply(outputEvent(linesFrom(3, 4), 4, 2));

  store.finish();

  assert.deepEqual([store.snapshot().settledLines, store.snapshot().complete], [4, true]);
  assert.equal(store.line(4)?.text, "line 4");
});

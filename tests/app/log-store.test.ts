import assert from "node:assert/strict";
import { test } from "node:test";
import type { LogLine, LogPage } from "#lib/wire/schemas.ts";
import { createLogStore, PAGE_LINES } from "../../app/lib/log-store.ts";
import { until } from "../support/until.ts";

const AT = "2026-11-20T12:00:00.000Z";

function linesFrom(from: number, to: number): LogLine[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => ({
    n: from + index,
    at: AT,
    text: `line ${from + index}`,
  }));
}

function pageOf(totalLines: number, from: number, limit: number): LogPage {
  return { lines: linesFrom(from, Math.min(totalLines, from + limit - 1)), totalLines, complete: false };
}

test("lines that are pushed are there at once, and older ones are fetched when they are looked at", async () => {
  const asked: number[] = [];
  const store = createLogStore(pageOf(2000, 1501, PAGE_LINES), async (from, limit) => {
    asked.push(from);
    return Promise.resolve(pageOf(2001, from, limit));
  });

  store.append({ lines: linesFrom(2001, 2001), openLine: "Continue? ", totalLines: 2001 });
  assert.equal(store.line(2001)?.text, "line 2001");
  assert.equal(store.snapshot().openLine, "Continue? ");
  assert.equal(store.line(700), undefined);

  store.want(690, 1010);
  await until("both pages are there", () => store.line(700) !== undefined && store.line(1010) !== undefined);
  assert.deepEqual(asked, [501, 1001]);

  store.want(690, 1010);
  assert.deepEqual(asked, [501, 1001], "what is known is not fetched again");
});

test("an event that comes twice, or late, changes no line and never shrinks the log", () => {
  const store = createLogStore(pageOf(10, 1, PAGE_LINES), async () =>
    Promise.reject(new Error("not needed")),
  );

  store.append({ lines: linesFrom(11, 12), openLine: "", totalLines: 12 });
  store.append({ lines: linesFrom(11, 11), openLine: "", totalLines: 11 });

  assert.equal(store.snapshot().totalLines, 12);
  assert.equal(store.line(12)?.text, "line 12");
});

test("a gap between what was rendered and what is pushed is fetched when it is looked at", async () => {
  const store = createLogStore(pageOf(10, 1, PAGE_LINES), async (from, limit) =>
    Promise.resolve(pageOf(30, from, limit)),
  );

  store.append({ lines: linesFrom(21, 30), openLine: "", totalLines: 30 });
  store.want(1, 30);

  await until("the gap is filled", () => store.line(15) !== undefined);
});

test("a page of very long lines, which comes in parts, is fetched to its end and each part once", async () => {
  const asked: number[] = [];
  const store = createLogStore({ lines: [], totalLines: 400, complete: true }, async (from, limit) => {
    asked.push(from);
    return Promise.resolve(pageOf(400, from, Math.min(limit, 100)));
  });

  store.want(250, 300);
  await until("what is looked at is there", () => store.line(300) !== undefined);

  assert.deepEqual(asked, [1, 101, 201]);
});

test("a page that cannot be fetched is said and tried again by itself", async () => {
  let isDown = true;
  const store = createLogStore({ lines: [], totalLines: 100, complete: true }, async (from, limit) => {
    if (isDown) throw new Error("away");
    return Promise.resolve(pageOf(100, from, limit));
  });

  store.want(1, 20);
  await until("the failure shows", () => store.snapshot().failed);
  isDown = false;
  await until("the page comes", () => store.line(1) !== undefined);

  assert.equal(store.snapshot().failed, false);
});

test("however much is looked at, only a bounded number of lines is kept", async () => {
  const totalLines = 200 * PAGE_LINES;
  const store = createLogStore(pageOf(totalLines, 1, PAGE_LINES), async (from, limit) =>
    Promise.resolve(pageOf(totalLines, from, limit)),
  );

  for (let page = 0; page < 200; page += 1) {
    const first = page * PAGE_LINES + 1;
    store.want(first, first + 50);
    await until(`page ${page}`, () => store.line(first) !== undefined);
  }

  assert.equal(store.line(1), undefined, "the first page was forgotten");
  let kept = 0;
  for (let n = 1; n <= totalLines; n += PAGE_LINES) if (store.line(n) !== undefined) kept += 1;
  assert.ok(kept <= 80, `${kept} pages are kept`);
});

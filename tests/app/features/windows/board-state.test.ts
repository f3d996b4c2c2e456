// The board of a window moves nothing by itself, and says what other people have changed.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { DeploymentWindow, WindowItem } from "#lib/contract/window.ts";
import {
  isOutdated,
  isRemoved,
  openBoard,
  reduceBoard,
} from "../../../../app/features/windows/board-state.ts";
import { windowFindings } from "../../../../app/features/windows/window-findings.ts";
import { itemDetail, itemLabel, windowSummary } from "../../../../app/text/window-text.ts";
import { aChange, aSummary, AT } from "../../wire-samples.ts";
import { CLEAN_FACTS } from "../../../lib/domain/change-facts.ts";

function anItem(id: number, facts: Partial<WindowItem> = {}): WindowItem {
  return {
    id,
    change: { ...aChange(), number: 1000 + id },
    author: `author-${id}`,
    addedBy: "ada",
    addedAt: AT,
    report: null,
    state: "planned",
    job: null,
    facts: null,
    ...facts,
  };
}

function aWindow(...items: WindowItem[]): DeploymentWindow {
  return {
    id: 7,
    title: "Backports",
    lane: "mediawiki",
    startsAt: AT,
    endsAt: AT,
    seriesId: null,
    isSeriesEnded: false,
    createdBy: "ada",
    cancelled: null,
    checkedAt: null,
    items,
  };
}

const shownIds = (board: ReturnType<typeof openBoard>) => board.shown.map(({ id }) => id);
const [one, two, three, four] = [anItem(1), anItem(2), anItem(3), anItem(4)];

test("what other people move or remove stays in its place until the person asks for the new order", () => {
  const board = reduceBoard(openBoard(aWindow(one, two, three)), {
    kind: "received",
    window: aWindow({ ...three, state: "queued" }, one, four),
  });

  assert.deepEqual(shownIds(board), [1, 2, 3, 4]);
  assert.equal(board.shown[2]?.state, "queued");
  assert.ok(isOutdated(board));
  assert.deepEqual(
    board.shown.filter((item) => isRemoved(board, item)).map(({ id }) => id),
    [2],
  );
  const refreshed = reduceBoard(board, { kind: "refreshed" });
  assert.deepEqual(shownIds(refreshed), [3, 1, 4]);
  assert.ok(!isOutdated(refreshed));
});

test("what is added appears at the end, and what the person moves or removes themselves is shown at once", () => {
  const board = reduceBoard(openBoard(aWindow(one, two)), {
    kind: "received",
    window: aWindow(one, two, three),
  });
  assert.deepEqual(shownIds(board), [1, 2, 3]);
  assert.ok(!isOutdated(board));

  const moved = reduceBoard(board, { kind: "moved", id: 3, before: 1 });
  assert.deepEqual(shownIds(moved), [3, 1, 2]);
  const confirmed = reduceBoard(moved, { kind: "received", window: aWindow(three, one, two) });
  assert.ok(!isOutdated(confirmed));

  const removed = reduceBoard(confirmed, { kind: "removed", id: 1 });
  assert.ok(!isOutdated(reduceBoard(removed, { kind: "received", window: aWindow(three, two) })));
});

const NOTHING_WRONG = { ...CLEAN_FACTS, unknown: [] };
const dependsOn = (number: number) => ({
  kind: "parent" as const,
  number,
  project: "p",
  branch: "b",
  subject: "s",
  status: "NEW",
});

test("problems of a change are those of the deploy form, and a dependency that comes later in the window", () => {
  const job = aSummary({ id: 5, state: "failed", outcome: "rolled_back" });
  const items = [
    anItem(1, { facts: { ...NOTHING_WRONG, isMergeable: false, dependencies: [dependsOn(1002)] } }),
    anItem(2, { facts: { ...NOTHING_WRONG, dependencies: [dependsOn(999)] } }),
    anItem(3, { facts: NOTHING_WRONG, job, state: "not_deployed" }),
    anItem(4, { state: "deployed", facts: { ...NOTHING_WRONG, isMergeable: false } }),
  ];

  const findings = windowFindings(items);

  assert.deepEqual(findings.get(1001), [
    { level: "block", text: "Conflicts with its branch. Rebase it first." },
    { level: "warning", text: "Depends on 1002, which comes later in this window." },
  ]);
  assert.deepEqual(
    findings.get(1002)?.map(({ level }) => level),
    ["block"],
  );
  assert.deepEqual(findings.get(1003), []);
  assert.equal(findings.get(1004), undefined, "a change that is deployed needs no check");
});

test("each change says where it is or who is waited for, and the summary says what is left", () => {
  const job = aSummary({ id: 5, state: "waiting", reached: "testservers" });
  const waiting = anItem(1, { state: "waiting_for_author", job });
  assert.equal(itemDetail(waiting), "on the test servers");
  const report = { kind: "tested", by: "bob", at: AT, jobId: 5 } as const;
  assert.equal(itemDetail({ ...waiting, state: "waiting_for_deployer", report }), "tested by bob");
  const failed = anItem(2, {
    state: "not_deployed",
    job: aSummary({ state: "failed", outcome: "rolled_back" }),
  });
  assert.deepEqual(itemLabel(failed), { label: "Rolled back", tone: "error" });
  assert.equal(
    windowSummary([waiting, failed, three, anItem(4, { state: "deployed" }), anItem(5, { state: "absent" })]),
    "1 of 5 changes deployed · 1 unsuccessful · 1 in progress · 1 left · 1 without author · Waiting for author-1 to test 1001",
  );
  assert.equal(windowSummary([]), "No changes yet");
});

import assert from "node:assert/strict";
import { test } from "node:test";
import type { WindowSummary } from "#lib/contract/window.ts";
import { hasOtherWindows, updateShown } from "../../../../app/features/windows/window-list.ts";

const aWindow = (id: number, facts: Partial<WindowSummary> = {}): WindowSummary => ({
  id,
  seriesId: null,
  title: "Afternoon",
  lane: "mediawiki",
  startsAt: "2026-12-01T13:00:00.000Z",
  endsAt: "2026-12-01T14:00:00.000Z",
  createdBy: "ada",
  cancelled: null,
  authors: [],
  itemCount: 0,
  deployedCount: 0,
  ...facts,
});
const shown = { coming: [aWindow(1), aWindow(2)], past: [aWindow(3)] };

test("the listed windows are current, and keep their places when others are created or one ends", () => {
  const current = {
    coming: [aWindow(4), aWindow(2, { itemCount: 5 })],
    past: [aWindow(1, { deployedCount: 2 }), aWindow(3)],
  };
  const { coming, past } = updateShown(shown, current);
  assert.deepEqual(
    coming.map(({ id, itemCount, deployedCount }) => [id, itemCount, deployedCount]),
    [
      [1, 0, 2],
      [2, 5, 0],
    ],
  );
  assert.deepEqual(past, shown.past);
});

test("new windows are offered, a window that has ended is not new", () => {
  assert.equal(hasOtherWindows(shown, shown), false);
  assert.equal(hasOtherWindows(shown, { coming: [aWindow(2)], past: [aWindow(1), aWindow(3)] }), false);
  assert.equal(hasOtherWindows(shown, { ...shown, coming: [aWindow(9), ...shown.coming] }), true);
});

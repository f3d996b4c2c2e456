// The windows of the list page as it shows them. What is known about each is current, and which windows are listed, and in what
// order, changes only when the person asks for it: nothing that can be pressed moves by itself. Pure.
import type { WindowSummary } from "#lib/contract/window.ts";

export type WindowList = { coming: readonly WindowSummary[]; past: readonly WindowSummary[] };

/** The shown windows as they are in `current`; one that it no longer has stays as it was. */
export function updateShown(shown: WindowList, current: WindowList): WindowList {
  const known = new Map([...current.coming, ...current.past].map((window) => [window.id, window]));
  const update = (windows: readonly WindowSummary[]) =>
    windows.map((window) => known.get(window.id) ?? window);
  return { coming: update(shown.coming), past: update(shown.past) };
}

/** There are other windows than those that are shown. One that has ended since is still in its place. */
export function hasOtherWindows(shown: WindowList, current: WindowList): boolean {
  const shownIds = new Set([...shown.coming, ...shown.past].map(({ id }) => id));
  return [...current.coming, ...current.past].some(({ id }) => !shownIds.has(id));
}

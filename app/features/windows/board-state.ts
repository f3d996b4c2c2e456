// The changes of a window as the page shows them. What other people add appears at the end, and what they move or remove stays
// where it is until the person asks for the new order: nothing that can be pressed moves by itself. Pure.
import { movedBefore } from "#lib/domain/order.ts";
import type { DeploymentWindow, WindowItem } from "#lib/contract/window.ts";

export type BoardState = {
  window: DeploymentWindow;
  /** In the order of the page, with those that another person has removed. */
  shown: readonly WindowItem[];
};

export type BoardChange =
  | { kind: "received"; window: DeploymentWindow }
  /** By this person. */
  | { kind: "moved"; id: number; before: number | null }
  | { kind: "removed"; id: number }
  /** The person wants to see the current order. */
  | { kind: "refreshed" };

export function openBoard(window: DeploymentWindow): BoardState {
  return { window, shown: window.items };
}

export function reduceBoard(state: BoardState, change: BoardChange): BoardState {
  switch (change.kind) {
    case "received":
      return receive(state, change.window);
    case "moved": {
      const ids = movedBefore(idsOf(state.shown), change.id, change.before) ?? idsOf(state.shown);
      return { ...state, shown: ids.flatMap((id) => state.shown.find((item) => item.id === id) ?? []) };
    }
    case "removed":
      return { ...state, shown: state.shown.filter(({ id }) => id !== change.id) };
    case "refreshed":
      return openBoard(state.window);
  }
}

function receive({ shown }: BoardState, window: DeploymentWindow): BoardState {
  const known = shown.map((item) => window.items.find(({ id }) => id === item.id) ?? item);
  const added = window.items.filter(({ id }) => !shown.some((item) => item.id === id));
  return { window, shown: [...known, ...added] };
}

/** Another person has changed the order, or removed a change. */
export function isOutdated({ window, shown }: BoardState): boolean {
  return idsOf(shown).join() !== idsOf(window.items).join();
}

export function isRemoved({ window }: BoardState, { id }: WindowItem): boolean {
  return !window.items.some((item) => item.id === id);
}

function idsOf(items: readonly WindowItem[]): number[] {
  return items.map(({ id }) => id);
}

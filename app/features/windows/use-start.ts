"use client";
// Starts changes of a window in one job. When scap would certainly refuse one of them, the person confirms it first.
import { useState } from "react";
import type { WindowItem } from "#lib/contract/window.ts";
import { call } from "../../client/api.ts";
import { randomId } from "../../client/random-id.ts";
import type { BoardActions } from "./use-window.ts";
import type { ItemFinding } from "./window-findings.ts";

type Options = {
  windowId: number;
  findings: ReadonlyMap<number, readonly ItemFinding[]>;
  actions: BoardActions;
  onStarted: () => void;
};

export type Start = {
  request: (items: readonly WindowItem[]) => void;
  /** Those that wait for a confirmation. */
  unconfirmed: readonly WindowItem[];
  confirm: () => void;
  cancel: () => void;
};

export function useStart({ windowId, findings, actions, onStarted }: Options): Start {
  const [unconfirmed, setUnconfirmed] = useState<readonly WindowItem[]>([]);
  const start = (items: readonly WindowItem[]) => {
    setUnconfirmed([]);
    const idempotencyKey = randomId();
    actions.run(async (onSlow) => {
      await call("POST /api/windows/{id}/jobs", {
        params: { id: windowId },
        body: { items: items.map(({ id }) => id) },
        idempotencyKey,
        onSlow,
      });
      onStarted();
    });
  };
  const isRefused = ({ change }: WindowItem) =>
    findings.get(change.number)?.some(({ level }) => level === "block") === true;
  return {
    request: (items) => (items.some(isRefused) ? setUnconfirmed(items) : start(items)),
    unconfirmed,
    confirm: () => start(unconfirmed),
    cancel: () => setUnconfirmed([]),
  };
}

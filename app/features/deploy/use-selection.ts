"use client";
// The changes selected for one deployment. A reference (number or URL) is looked up before it is selected, so that a change
// that cannot be deployed is refused with the reason before a job is queued.
import { useRef, useState } from "react";
import { ambiguity } from "#lib/domain/change-reference.ts";
import { CHANGES_MAX } from "#lib/domain/job.ts";
import type { FoundChange, RefusedChange } from "#lib/contract/change.ts";
import { problemOf } from "../../client/api.ts";
import { exactReferences } from "./change-input.ts";
import { findChanges } from "./use-change-search.ts";

export type Selection = {
  selected: readonly FoundChange[];
  refused: readonly RefusedChange[];
  /** References that are being looked up. */
  pending: readonly string[];
  select: (change: FoundChange) => void;
  /** @returns when every reference is selected or refused. */
  selectReferences: (references: readonly string[]) => Promise<void>;
  remove: (number: number) => void;
  refuse: (refused: readonly RefusedChange[]) => void;
  dismissRefusals: () => void;
};

export function useSelection(): Selection {
  const [selected, setSelected] = useState<readonly FoundChange[]>([]);
  const [refused, setRefused] = useState<readonly RefusedChange[]>([]);
  const [pending, setPending] = useState<readonly string[]>([]);
  // A ref, because lookups of pasted references finish after the render that started them.
  const latest = useRef(selected);

  const update = (next: readonly FoundChange[]) => {
    latest.current = next;
    setSelected(next);
  };

  const refuse = (more: readonly RefusedChange[]) => {
    setRefused((before) => [
      ...before.filter((one) => !more.some((next) => next.input === one.input)),
      ...more,
    ]);
  };

  const select = (change: FoundChange) => {
    const input = String(change.number);
    const reason = refusalReason(change, latest.current);
    if (reason !== undefined) {
      refuse([{ input, reason }]);
      return;
    }
    setRefused((before) => before.filter((one) => one.input !== input));
    update([...latest.current.filter((one) => one.number !== change.number), change]);
  };

  return {
    selected,
    refused,
    pending,
    select,
    selectReferences: async (references) => {
      setPending((before) => [...before, ...references]);
      // One after the other, to keep their order.
      for (const reference of references) {
        const found = await lookUp(reference);
        if ("reason" in found) refuse([found]);
        else select(found);
        setPending((before) => before.filter((one) => one !== reference));
      }
    },
    remove: (number) => update(latest.current.filter((one) => one.number !== number)),
    refuse,
    dismissRefusals: () => setRefused([]),
  };
}

/** Why `change` cannot be selected in addition to `selected`. */
function refusalReason(change: FoundChange, selected: readonly FoundChange[]): string | undefined {
  if (change.refusal !== null) return change.refusal;
  const twin = selected.find((one) => one.number === change.number && one.project !== change.project);
  // scap identifies changes by their number alone.
  if (twin !== undefined) {
    return `Change ${change.number} of ${twin.project} is already selected. Remove it first.`;
  }
  return selected.length >= CHANGES_MAX ? `A job can have at most ${CHANGES_MAX} changes.` : undefined;
}

/** The one change that `reference` names. Never rejects. */
async function lookUp(reference: string): Promise<FoundChange | RefusedChange> {
  try {
    const found = await findChanges(reference);
    const [change] = found;
    if (change !== undefined && found.length === 1) return change;
    const isAmbiguous = found.length > 1 && exactReferences(reference) !== undefined;
    return { input: reference, reason: isAmbiguous ? ambiguity(found) : unknownReason(reference) };
  } catch (error) {
    const { title, detail } = problemOf(error);
    return { input: reference, reason: detail === undefined ? title : `${title} ${detail}` };
  }
}

function unknownReason(reference: string): string {
  return /^https?:/i.test(reference)
    ? "This URL is not a change in the configured Gerrit."
    : "This change does not exist in Gerrit.";
}

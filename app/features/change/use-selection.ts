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
  const count = useRef(0);

  const refuse = (more: readonly RefusedChange[]) => {
    setRefused((before) => [
      ...before.filter((one) => !more.some((next) => next.input === one.input)),
      ...more,
    ]);
  };

  const select = (change: FoundChange) => {
    const input = String(change.number);
    if (change.refusal !== null) {
      refuse([{ input, reason: change.refusal }]);
      return;
    }
    const twin = selected.find((one) => one.number === change.number && one.project !== change.project);
    if (twin !== undefined) {
      // scap identifies changes by their number alone.
      refuse([{ input, reason: `Change ${input} of ${twin.project} is already selected. Remove it first.` }]);
      return;
    }
    if (count.current >= CHANGES_MAX) {
      refuse([{ input, reason: `A job can have at most ${CHANGES_MAX} changes.` }]);
      return;
    }
    setRefused((before) => before.filter((one) => one.input !== input));
    setSelected((before) => {
      const next = [...before.filter((one) => one.number !== change.number), change];
      count.current = next.length;
      return next;
    });
  };

  const lookUp = async (reference: string) => {
    try {
      const found = await findChanges(reference);
      const [change] = found;
      const isExact = exactReferences(reference) !== undefined;
      if (change === undefined || (found.length > 1 && !isExact)) {
        refuse([{ input: reference, reason: unknownReason(reference) }]);
      } else if (found.length > 1) {
        refuse([{ input: reference, reason: ambiguity(found) }]);
      } else {
        select(change);
      }
    } catch (error) {
      const { title, detail } = problemOf(error);
      refuse([{ input: reference, reason: detail === undefined ? title : `${title} ${detail}` }]);
    }
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
        await lookUp(reference);
        setPending((before) => before.filter((one) => one !== reference));
      }
    },
    remove: (number) => {
      setSelected((before) => {
        const next = before.filter((one) => one.number !== number);
        count.current = next.length;
        return next;
      });
    },
    refuse,
    dismissRefusals: () => setRefused([]),
  };
}

function unknownReason(reference: string): string {
  return /^https?:/i.test(reference)
    ? "This URL is not a change in the configured Gerrit."
    : "This change does not exist in Gerrit.";
}

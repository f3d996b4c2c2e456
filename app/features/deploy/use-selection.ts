"use client";
// The changes selected for one deployment. The address is the selection (selection-address.ts); this hook looks up what its
// references name. A change that cannot be deployed is refused with the reason before a job is queued. When Gerrit fails, the
// reference stays selected: the server looks it up again for the job.
import { useEffect, useEffectEvent, useRef, useState } from "react";
import { useSearchParams } from "next/navigation";
import { changeReference } from "#lib/domain/change-reference.ts";
import { CHANGES_MAX } from "#lib/domain/job.ts";
import type { FoundChange, RefusedChange } from "#lib/contract/change.ts";
import { lookUp, type LookupResult } from "./look-up-change.ts";
import { CHANGES_PARAMETER, selectedReferences, withReferences } from "./selection-address.ts";
import { goTo, referencesNow, replaceReference } from "./selection-history.ts";

/** `unknown`: Gerrit failed, with the reason as a sentence. */
export type SelectedReference = { reference: string } & (
  | { phase: "searching" }
  | { phase: "found"; change: FoundChange }
  | { phase: "unknown"; reason: string }
);

export type Selection = {
  /** In the order of their deployment. */
  entries: readonly SelectedReference[];
  /** Those of `entries` that were found. */
  selected: readonly FoundChange[];
  refused: readonly RefusedChange[];
  isSearching: boolean;
  /** @param reference what the address has for it; the number alone if that is enough. */
  select: (change: FoundChange, reference?: string) => void;
  selectReferences: (references: readonly string[]) => void;
  /** Selects `number` in front of the change that depends on it. */
  addDependency: (number: number, dependent: number) => void;
  remove: (reference: string) => void;
  /** Looks up again what Gerrit did not say. */
  retry: () => void;
  refuse: (refused: readonly RefusedChange[]) => void;
  dismissRefusals: () => void;
};

type Lookup = { phase: "found"; change: FoundChange } | { phase: "unknown"; reason: string };

export function useSelection(): Selection {
  const references = selectedReferences(useSearchParams().getAll(CHANGES_PARAMETER));
  const [lookups, setLookups] = useState<ReadonlyMap<string, Lookup>>(new Map());
  const { refused, refuse, accept, dismiss } = useRefusals();
  const [attempt, setAttempt] = useState(0);

  const remember = (reference: string, lookup: Lookup) =>
    setLookups((before) => new Map(before).set(reference, lookup));

  const isLookedUp = (reference: string) => lookups.get(reference)?.phase === "found";
  useLookups({
    references: references.filter((reference) => !isLookedUp(reference)),
    attempt,
    onResult: (reference, result) => {
      if ("reason" in result && result.isTransient) {
        return remember(reference, { phase: "unknown", reason: result.reason });
      }
      const others = referencesNow().filter((one) => one !== reference);
      const selected = others.flatMap((one) => changeOf(lookups.get(one)) ?? []);
      const reason = "reason" in result ? result.reason : refusalReason(result.change, selected);
      if ("reason" in result || reason !== undefined) {
        refuse([{ input: reference, reason: reason ?? "" }]);
        return replaceReference(reference, undefined);
      }
      const { change } = result;
      // A URL becomes a number; a project that was named stays, because several projects may have this number.
      const shortest = /^[^\s~:]+~\d+$/.test(reference) ? changeReference(change) : String(change.number);
      remember(shortest, { phase: "found", change });
      if (shortest !== reference) replaceReference(reference, shortest);
    },
  });

  const entries = references.map((reference): SelectedReference => {
    const lookup = lookups.get(reference);
    return lookup === undefined ? { reference, phase: "searching" } : { reference, ...lookup };
  });
  const add = (more: readonly string[], before?: string) => {
    const { references: next, excess } = withReferences(referencesNow(), more, before);
    refuse(excess.map((input) => ({ input, reason: `A job can have at most ${CHANGES_MAX} changes.` })));
    goTo(next);
  };

  return {
    entries,
    selected: entries.flatMap((entry) => (entry.phase === "found" ? entry.change : [])),
    refused,
    isSearching: entries.some(({ phase }) => phase === "searching"),
    select: (change, reference = String(change.number)) => {
      const others = entries.flatMap((entry) => (entry.phase === "found" ? entry.change : []));
      const reason = refusalReason(change, others);
      if (reason !== undefined) return refuse([{ input: String(change.number), reason }]);
      accept(String(change.number));
      remember(reference, { phase: "found", change });
      add([reference]);
    },
    selectReferences: (more) => add(more),
    addDependency: (number, dependent) =>
      add([String(number)], entries.find((entry) => numberOf(entry) === dependent)?.reference),
    remove: (reference) => goTo(referencesNow().filter((one) => one !== reference)),
    retry: () => setAttempt((before) => before + 1),
    refuse,
    dismissRefusals: dismiss,
  };
}

function useRefusals() {
  const [refused, setRefused] = useState<readonly RefusedChange[]>([]);
  return {
    refused,
    /** The latest reason for an input replaces an earlier one. */
    refuse: (more: readonly RefusedChange[]) =>
      setRefused((before) => [
        ...before.filter((one) => !more.some((next) => next.input === one.input)),
        ...more,
      ]),
    accept: (input: string) => setRefused((before) => before.filter((one) => one.input !== input)),
    dismiss: () => setRefused([]),
  };
}

type Lookups = {
  references: readonly string[];
  /** Another number looks all of them up again. */
  attempt: number;
  onResult: (reference: string, result: LookupResult) => void;
};

/** Looks each reference up once per attempt. */
function useLookups({ references, attempt, onResult }: Lookups): void {
  const started = useRef(new Set<string>());
  const report = useEffectEvent(onResult);
  const wanted = references.map((reference) => `${attempt} ${reference}`).join("\n");
  useEffect(() => {
    for (const key of wanted.split("\n")) {
      const reference = key.slice(key.indexOf(" ") + 1);
      if (reference === "" || started.current.has(key)) continue;
      started.current.add(key);
      void lookUp(reference).then((result) => {
        // It may be selected again later, and is looked up again then.
        started.current.delete(key);
        if (referencesNow().includes(reference)) report(reference, result);
      });
    }
  }, [wanted]);
}

function numberOf(entry: SelectedReference): number | undefined {
  return entry.phase === "found" ? entry.change.number : undefined;
}

function changeOf(lookup: Lookup | undefined): FoundChange | undefined {
  return lookup?.phase === "found" ? lookup.change : undefined;
}

/** Why `change` cannot be selected in addition to `selected`. */
function refusalReason(change: FoundChange, selected: readonly FoundChange[]): string | undefined {
  if (change.refusal !== null) return change.refusal;
  const twin = selected.find((one) => one.number === change.number && one.project !== change.project);
  // scap identifies changes by their number alone.
  if (twin !== undefined) {
    return `Change ${change.number} of ${twin.project} is already selected. Remove it first.`;
  }
  return undefined;
}

"use client";
// Which phases of the log the reader has folded. A phase that finishes while the page is open stays open: no line moves by itself.
import { useMemo, useState } from "react";
import type { Job } from "#lib/contract/job.ts";
import { canFold, type Fold, foldsOf, hiddenLines, initiallyFolded, phasesAround } from "./log-folds.ts";
import type { LineRange } from "./line-range.ts";

export type LogFolds = {
  /** By the line with the button. */
  byLine: ReadonlyMap<number, Fold>;
  hidden: readonly LineRange[];
  canFold: boolean;
  toggle: (fold: Fold) => void;
  foldAll: (isFolded: boolean) => void;
  /** Unfolds every phase that contains the line. */
  open: (line: number) => void;
};

export function useLogFolds({ phases, interactions, finishedAt, errorLine }: Job): LogFolds {
  const [initial] = useState(() => initiallyFolded({ phases, interactions, finishedAt, errorLine }));
  const [choices, setChoices] = useState<ReadonlyMap<number, boolean>>(new Map());
  const byLine = useMemo(
    () =>
      foldsOf({ phases, interactions, finishedAt, errorLine }, (id) => choices.get(id) ?? initial.has(id)),
    [phases, interactions, finishedAt, errorLine, choices, initial],
  );
  const hidden = useMemo(() => hiddenLines(byLine), [byLine]);
  const choose = (ids: readonly number[], isFolded: boolean) =>
    setChoices((before) => new Map([...before, ...ids.map((id) => [id, isFolded] as const)]));
  return {
    byLine,
    hidden,
    canFold: phases.some(canFold),
    toggle: ({ phase, isFolded }) => choose([phase.id], !isFolded),
    foldAll: (isFolded) =>
      choose(
        phases.map(({ id }) => id),
        isFolded,
      ),
    open: (line) =>
      choose(
        phasesAround(phases, line).map(({ id }) => id),
        false,
      ),
  };
}

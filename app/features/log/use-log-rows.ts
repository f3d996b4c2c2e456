"use client";
// The screen rows of a log, with those of the notes below its lines.
import { useMemo } from "react";
import { answerNotes } from "#lib/domain/answer-note.ts";
import type { Job } from "#lib/contract/job.ts";
import { createLogRows } from "./log-rows.ts";
import { notesByLine } from "./notes-by-line.ts";
import { createWrappedRows, ONE_ROW_EACH } from "./row-model.ts";
import type { LogFolds } from "./use-log-folds.ts";

/** @param columns cells that fit into one row. */
export function useLogRows(job: Job, folds: LogFolds, isWrapped: boolean, columns: number) {
  const notes = useMemo(() => notesByLine(answerNotes(job.interactions)), [job.interactions]);
  const wrapped = useMemo(() => (isWrapped ? createWrappedRows(columns) : undefined), [isWrapped, columns]);
  const rows = useMemo(() => {
    for (const range of folds.hidden) wrapped?.forget(range);
    const counts = new Map([...notes].map(([line, each]) => [line, each.length]));
    return createLogRows(wrapped ?? ONE_ROW_EACH, folds.hidden, counts);
  }, [wrapped, folds.hidden, notes]);
  return { rows, wrapped, notes };
}

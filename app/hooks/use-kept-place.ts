"use client";
// The button that was pressed goes, and with it the keyboard's place on the page: Tab would begin at the top again,
// and a screen reader would fall silent. The place goes to where the page says what becomes of the job, and moves on
// with it (to the next question, to the end), until the person goes elsewhere.
import { useEffect, useRef } from "react";

/** What shows a job on a page has these; there is one of it at a time. Focused itself, not its buttons: an Enter that was meant for the last question answers no new one. */
export function jobPlace(jobId: number): { "data-job": number; tabIndex: -1 } {
  return { "data-job": jobId, tabIndex: -1 };
}

/**
 * @param shown changes when what is shown of jobs does.
 * @returns to be called when something of a job was pressed that goes away.
 */
export function useKeptPlace(shown: unknown): (jobId: number) => void {
  const kept = useRef<number>(undefined);
  useEffect(() => {
    if (kept.current === undefined) return;
    const place = document.querySelector<HTMLElement>(`[data-job="${kept.current}"]`);
    const focused = document.activeElement;
    if (focused === null || focused === document.body) place?.focus({ preventScroll: true });
    else if (place?.contains(focused) !== true) kept.current = undefined;
  }, [shown]);
  return (jobId) => {
    kept.current = jobId;
  };
}

"use client";
import { useEffect, useState } from "react";
import type { JobSummary } from "#lib/contract/job.ts";
import { debouncedQuestions, NONE_DEBOUNCED, withDebouncedQuestions } from "./debounced-questions.ts";

/** Longer than a program takes to read the next key. */
const DEBOUNCE_MS = 2000;

/** Jobs as the home page shows them, see lib/debounced-questions.ts. */
export function useDebouncedQuestions(jobs: readonly JobSummary[]): readonly JobSummary[] {
  const [before, setBefore] = useState(jobs);
  const [held, setHeld] = useState(NONE_DEBOUNCED);
  // While rendering, so that the page is never painted without the question that is held.
  if (before !== jobs) {
    setBefore(jobs);
    setHeld(debouncedQuestions(held, before, jobs));
  }
  useEffect(() => {
    if (held.size === 0) return;
    const timer = setTimeout(() => setHeld(NONE_DEBOUNCED), DEBOUNCE_MS);
    return () => clearTimeout(timer);
  }, [held]);
  return withDebouncedQuestions(jobs, held);
}

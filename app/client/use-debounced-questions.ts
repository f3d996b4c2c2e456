"use client";
import { useEffect, useState } from "react";
import type { JobSummary } from "#lib/contract/job.ts";
import { debouncedQuestions, NONE_DEBOUNCED, withDebouncedQuestions } from "./debounced-questions.ts";

/** Longer than a program takes until it reads the next key. */
const DEBOUNCE_MS = 2000;

/** The jobs as the home page and the tab show them (debounced-questions.ts). */
export function useDebouncedQuestions(jobs: readonly JobSummary[]): readonly JobSummary[] {
  const [before, setBefore] = useState(jobs);
  const [recent, setRecent] = useState(NONE_DEBOUNCED);
  // During rendering and not in an effect, so that no paint lacks the question.
  if (before !== jobs) {
    setBefore(jobs);
    setRecent(debouncedQuestions(recent, before, jobs));
  }
  useEffect(() => {
    if (recent.size === 0) return;
    const timer = setTimeout(() => setRecent(NONE_DEBOUNCED), DEBOUNCE_MS);
    return () => clearTimeout(timer);
  }, [recent]);
  return withDebouncedQuestions(jobs, recent);
}

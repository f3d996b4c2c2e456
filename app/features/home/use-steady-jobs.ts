"use client";
import { useEffect, useState } from "react";
import type { JobSummary } from "#lib/wire/schemas.ts";
import { heldScreens, NONE_HELD, withHeldScreens } from "./held-screens.ts";

/** Longer than a program takes to read the next key. */
const HELD_MS = 2000;

/** Jobs as the home page shows them, see lib/held-screens.ts. */
export function useSteadyJobs(jobs: readonly JobSummary[]): readonly JobSummary[] {
  const [before, setBefore] = useState(jobs);
  const [held, setHeld] = useState(NONE_HELD);
  // While rendering, so that the page is never painted without the question that is held.
  if (before !== jobs) {
    setBefore(jobs);
    setHeld(heldScreens(held, before, jobs));
  }
  useEffect(() => {
    if (held.size === 0) return;
    const timer = setTimeout(() => setHeld(NONE_HELD), HELD_MS);
    return () => clearTimeout(timer);
  }, [held]);
  return withHeldScreens(jobs, held);
}

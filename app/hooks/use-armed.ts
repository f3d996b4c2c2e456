// A button that appears under a finger must not be pressed by the press that was meant for what was there
// before. For a moment after it appeared it ignores presses.
"use client";
import { useEffect, useRef } from "react";

export const ARM_DELAY_MS = 400;

/** @param appearance changes when something new appears. @returns whether presses count already. */
export function useArmed(appearance: unknown): () => boolean {
  const since = useRef(Infinity);
  useEffect(() => {
    since.current = performance.now();
  }, [appearance]);
  return () => performance.now() - since.current >= ARM_DELAY_MS;
}

"use client";
// A button that appears under a finger must not be pressed by the press that was meant for what was there
// before. For a moment after it appeared it takes none.
import { useEffect, useState } from "react";

const ACTIVATION_DELAY_MS = 400;

/** @param appearance changes when something new appears. @returns whether presses count already. */
export function useInteractive(appearance: unknown): boolean {
  const [interactiveFor, setArmedFor] = useState<{ appearance: unknown }>();
  useEffect(() => {
    const timer = setTimeout(() => setArmedFor({ appearance }), ACTIVATION_DELAY_MS);
    return () => clearTimeout(timer);
  }, [appearance]);
  return interactiveFor?.appearance === appearance;
}

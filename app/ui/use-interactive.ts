"use client";
// A control that appears or moves under a finger must not receive the click that was meant for what was there before. It
// ignores clicks for a moment after it appeared.
import { useEffect, useState } from "react";

const ACTIVATION_DELAY_MS = 400;

/** @param appearance changes when the control appears or moves. @returns whether clicks are accepted. */
export function useInteractive(appearance: unknown): boolean {
  const [interactiveFor, setInteractiveFor] = useState<{ appearance: unknown }>();
  useEffect(() => {
    const timer = setTimeout(() => setInteractiveFor({ appearance }), ACTIVATION_DELAY_MS);
    return () => clearTimeout(timer);
  }, [appearance]);
  return interactiveFor?.appearance === appearance;
}

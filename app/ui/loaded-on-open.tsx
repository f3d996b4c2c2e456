"use client";
import { useState, type ReactNode } from "react";

/** Renders a loadable dialog from the first time on that it is open, so that it can close with its transition. */
export function LoadedOnOpen({ isOpen, children }: { isOpen: boolean; children: ReactNode }) {
  const [wasOpen, setWasOpen] = useState(isOpen);
  if (isOpen && !wasOpen) setWasOpen(true);
  return wasOpen || isOpen ? children : null;
}

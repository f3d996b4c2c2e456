"use client";
// Dialogs and menus are loaded when they are opened for the first time: the library behind them is a large part of a page's
// JavaScript, and most pages are read without opening any.
import { Suspense, useState, type ReactNode } from "react";

/** Renders `children` from the first time on that it is open, so that it can close with its transition. */
export function LoadedOnOpen({ isOpen, children }: { isOpen: boolean; children: ReactNode }) {
  const [wasOpen, setWasOpen] = useState(isOpen);
  if (isOpen && !wasOpen) setWasOpen(true);
  return wasOpen || isOpen ? <Suspense>{children}</Suspense> : null;
}

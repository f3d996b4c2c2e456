"use client";
import { useState } from "react";

/**
 * For `finalFocus` of a dialog that a shortcut opens: returns the focus to the element that had it. Base UI would focus the
 * first link inside an element that Tab does not reach, such as a question or <main>, and the next Enter would follow it.
 */
export function useReturnFocus(): () => boolean {
  const [previous] = useState(() => (typeof document === "undefined" ? null : document.activeElement));
  return () => {
    const isReachedByTab = !(previous instanceof HTMLElement) || previous.tabIndex >= 0;
    if (isReachedByTab || !previous.isConnected) return true;
    // When the dialog has been removed; until then the page is inert.
    queueMicrotask(() => previous.focus({ preventScroll: true }));
    return false;
  };
}

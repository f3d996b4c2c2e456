"use client";
// What has the keyboard may go: a button when it was pressed, a question when it was answered. The keyboard's place on
// the page would go with it: Tab would begin at the top again, and a screen reader would fall silent. So the place goes
// to where the page shows what became of it, and on from there when that goes too, unless the person is elsewhere by
// then. Nobody has to think of it at a press: it makes no difference whether the page or the server takes things away.
import { createContext, useContext, useLayoutEffect, useRef, type RefObject } from "react";

/** The place that all within belong to: the keyboard goes there from what goes. Without one it goes to <main>. */
export const FocusTargetContext = createContext<string | undefined>(undefined);

export function jobFocusTarget(jobId: number): string {
  return `job ${jobId}`;
}

/** For an element that may have the keyboard and go. */
export function useRestoredFocus<E extends HTMLElement>(): RefObject<E | null> {
  const element = useRef<E>(null);
  useFocusHandover(element, useContext(FocusTargetContext));
  return element;
}

/**
 * For an element that takes the keyboard, and gives it to the next of its name when it goes itself. Of several on a page
 * the first takes it. Focused itself, not its buttons: an Enter that was meant for the last question answers no new one.
 */
export function useFocusTarget<E extends HTMLElement>(
  name: string,
): { ref: RefObject<E | null>; "data-focus-target": string; tabIndex: -1 } {
  const ref = useRef<E>(null);
  useFocusHandover(ref, name);
  return { ref, "data-focus-target": name, tabIndex: -1 };
}

function useFocusHandover(element: RefObject<HTMLElement | null>, name: string | undefined): void {
  useLayoutEffect(() => {
    const leaving = element.current;
    return () => {
      if (leaving?.contains(keyboardPlace()) !== true) return;
      // When it is gone, what comes in its place is there, and a dialog has given the keyboard back to what opened it.
      queueMicrotask(() => queueMicrotask(() => leaving.isConnected || moveTo(name)));
    };
  }, [element, name]);
}

function moveTo(name: string | undefined): void {
  if (!isNowhere()) return;
  const place =
    name === undefined ? null : document.querySelector<HTMLElement>(`[data-focus-target="${name}"]`);
  (place ?? document.querySelector("main"))?.focus({ preventScroll: true });
}

function isNowhere(): boolean {
  return document.activeElement === null || document.activeElement === document.body;
}

/** A dialog takes its part of the page away before what is in it hears of that, and then nothing has the keyboard. */
let lastPlace: Node | null = null;

function keyboardPlace(): Node | null {
  return isNowhere() ? lastPlace : document.activeElement;
}

if (typeof document !== "undefined") {
  document.addEventListener("focusin", ({ target }) => {
    lastPlace = target instanceof Node ? target : null;
  });
  // Whoever presses beside everything has left the place.
  document.addEventListener("pointerdown", () => {
    lastPlace = null;
  });
}

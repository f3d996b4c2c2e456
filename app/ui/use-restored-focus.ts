"use client";
// Restores focus when the focused element is removed: a button that was pressed, a question that was answered. Without this
// the focus is lost: Tab starts at the top of the page again, and a screen reader loses its position. Focus moves to the
// focus target of that part of the page, and on from there when that is removed too, unless the person has moved the focus
// meanwhile. It works the same whether the page or an event of the server removes the element.
import { createContext, useContext, useLayoutEffect, useRef, type RefObject } from "react";

/** The focus target for all elements inside: it receives focus when one of them is removed. The default is <main>. */
export const FocusTargetContext = createContext<string | undefined>(undefined);

export function jobFocusTarget(jobId: number): string {
  return `job ${jobId}`;
}

/** For an element that may be removed while it has focus. */
export function useRestoredFocus<E extends HTMLElement>(): RefObject<E | null> {
  const element = useRef<E>(null);
  useFocusHandover(element, useContext(FocusTargetContext));
  return element;
}

/**
 * For an element that receives restored focus, and passes it to the next target of the same name when it is removed itself.
 * If there are several, the first one receives it. The element itself is focused and not its buttons, so that an Enter that
 * was meant for the previous question does not answer a new one.
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
      if (leaving?.contains(focusedNode()) !== true) return;
      // After two microtasks the replacement is rendered, and a closed dialog has returned focus to its trigger.
      queueMicrotask(() => queueMicrotask(() => leaving.isConnected || moveFocusTo(name)));
    };
  }, [element, name]);
}

function moveFocusTo(name: string | undefined): void {
  if (hasFocus()) return;
  const target =
    name === undefined ? null : document.querySelector<HTMLElement>(`[data-focus-target="${name}"]`);
  (target ?? document.querySelector("main"))?.focus({ preventScroll: true });
}

function hasFocus(): boolean {
  return document.activeElement !== null && document.activeElement !== document.body;
}

/** The last focused node. A dialog removes its content before our clean-up runs, and nothing has focus then. */
let lastFocused: Node | null = null;

function focusedNode(): Node | null {
  return hasFocus() ? document.activeElement : lastFocused;
}

if (typeof document !== "undefined") {
  document.addEventListener("focusin", ({ target }) => {
    lastFocused = target instanceof Node ? target : null;
  });
  // A click on an empty part of the page removes focus on purpose.
  document.addEventListener("pointerdown", () => {
    lastFocused = null;
  });
}

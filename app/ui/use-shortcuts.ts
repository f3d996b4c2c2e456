"use client";
// Keyboard shortcuts of a page: single keys that work anywhere except while the person types, or while a dialog or a menu is
// open.
import { useEffect, useEffectEvent } from "react";

/** @param onKey receives the key of a shortcut, such as "q" or "1". @returns whether the key was used. */
export function useShortcuts(onKey: (key: string) => boolean): void {
  const handle = useEffectEvent((event: KeyboardEvent) => {
    if (isShortcut(event) && onKey(event.key)) event.preventDefault();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => handle(event);
    document.addEventListener("keydown", listener);
    return () => document.removeEventListener("keydown", listener);
  }, []);
}

function isShortcut(event: KeyboardEvent): boolean {
  const { target, ctrlKey, metaKey, altKey, repeat, isComposing, defaultPrevented } = event;
  if (ctrlKey || metaKey || altKey || repeat || isComposing || defaultPrevented) return false;
  if (isDialogOpen()) return false;
  return !(target instanceof HTMLElement) || !takesText(target);
}

export function isDialogOpen(): boolean {
  return document.querySelector('[role="dialog"], [role="alertdialog"], [role="menu"]') !== null;
}

/** Whether the element receives what is typed: a field, or the screen of an interactive program. */
function takesText(element: HTMLElement): boolean {
  return (
    element.isContentEditable ||
    element.closest(
      "input:not([type=checkbox], [type=radio], [type=button]), textarea, select, [data-capturing]",
    ) !== null
  );
}

"use client";
import { SHORTCUTS } from "../../ui/shortcuts.ts";
import { useShortcuts } from "../../ui/use-shortcuts.ts";

/** Moves the focus to the question on this page; to the next one if it is in a question already. */
export function QuestionShortcut() {
  useShortcuts((key) => {
    if (key !== SHORTCUTS.question.key) return false;
    const cards = [...document.querySelectorAll<HTMLElement>("[data-question]")];
    const current = cards.findIndex((card) => card.contains(document.activeElement));
    const next = cards[(current + 1) % cards.length];
    next?.focus({ preventScroll: true });
    next?.scrollIntoView({ block: "nearest" });
    return next !== undefined;
  });
  return null;
}

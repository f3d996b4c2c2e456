"use client";
// Number keys select an answer, by focusing its button; Enter then presses it, as it presses any focused button.
import { useRef, type RefObject } from "react";
import { selectedNumber } from "./answer-options.ts";
import { useShortcuts } from "../../ui/use-shortcuts.ts";

/** A second digit within this time completes a number above nine. */
const SECOND_DIGIT_MS = 800;

/**
 * @param options has a button with `data-number` for each answer. @param scope `page`: keys work anywhere on the page;
 * `card`: only while the focus is inside the card, because the page may show several.
 */
export function useNumberKeys(
  options: RefObject<HTMLElement | null>,
  count: number,
  scope: "page" | "card",
): void {
  const typed = useRef({ digits: "", at: Number.NEGATIVE_INFINITY });
  useShortcuts((key) => {
    if (!/^\d$/.test(key)) return false;
    const card = options.current?.closest<HTMLElement>("[data-question]");
    if (scope === "card" && card?.contains(document.activeElement) !== true) return false;
    const now = performance.now();
    const before = count > 9 && now - typed.current.at < SECOND_DIGIT_MS ? typed.current.digits : "";
    const number = selectedNumber(before, key, count);
    typed.current = { digits: before === "" ? key : "", at: now };
    const button = options.current?.querySelector<HTMLElement>(`[data-number="${number}"] button`);
    if (button != null) button.focus();
    // A number that is no answer was not meant for the question: nor is the Enter behind it.
    else if (options.current?.contains(document.activeElement) === true) card?.focus();
    return button != null;
  });
}

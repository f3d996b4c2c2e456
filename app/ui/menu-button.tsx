"use client";
// The button of a menu, which is loaded when the button is pressed for the first time.
import { Suspense, useState, type KeyboardEvent, type ReactNode } from "react";
import { useRestoredFocus } from "./use-restored-focus.ts";

/** What the button looks like; the menu has the same trigger. */
export type MenuTrigger = {
  className: string;
  label?: string | undefined;
  disabled?: boolean;
  content: ReactNode;
};

/** @param children the menu with a trigger of its own, open from the start. */
export function MenuButton({ trigger, children }: { trigger: MenuTrigger; children: ReactNode }) {
  const [isLoaded, setIsLoaded] = useState(false);
  const button = useRestoredFocus<HTMLButtonElement>();
  const { className, label, disabled = false, content } = trigger;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown" && !disabled) setIsLoaded(true);
  };
  const plain = (
    <button
      ref={button}
      type="button"
      className={className}
      aria-label={label}
      aria-haspopup="menu"
      aria-expanded={isLoaded}
      disabled={disabled}
      onClick={() => setIsLoaded(true)}
      onKeyDown={onKeyDown}
    >
      {content}
    </button>
  );
  return isLoaded ? <Suspense fallback={plain}>{children}</Suspense> : plain;
}

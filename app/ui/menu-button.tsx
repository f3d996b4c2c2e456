"use client";
// The button of a menu, whose code is loaded when the button is pointed at, focused or pressed for the first time.
import { useState, type KeyboardEvent, type ReactNode } from "react";
import { useRestoredFocus } from "./use-restored-focus.ts";

/** What the button looks like; the menu has the same trigger. */
export type MenuTrigger = {
  className: string;
  label?: string | undefined;
  disabled?: boolean;
  content: ReactNode;
};

type MenuButtonProps = {
  trigger: MenuTrigger;
  /** Loads the code of the menu. */
  load: () => Promise<void>;
  /** The menu with a trigger of its own, open from the start. */
  children: ReactNode;
};

export function MenuButton({ trigger, load, children }: MenuButtonProps) {
  const [state, setState] = useState<"closed" | "loading" | "loaded">("closed");
  const button = useRestoredFocus<HTMLButtonElement>();
  const { className, label, disabled = false, content } = trigger;
  // Without a connection it stays closed, as the page says then, and can be pressed again.
  const preload = () => void load().catch(() => undefined);
  const open = () => {
    setState("loading");
    load().then(
      () => setState("loaded"),
      () => setState("closed"),
    );
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown" && !disabled) open();
  };
  if (state === "loaded") return children;
  return (
    <button
      ref={button}
      type="button"
      className={className}
      aria-label={label}
      aria-haspopup="menu"
      aria-expanded={state === "loading"}
      disabled={disabled}
      onPointerEnter={preload}
      onFocus={preload}
      onClick={open}
      onKeyDown={onKeyDown}
    >
      {content}
    </button>
  );
}

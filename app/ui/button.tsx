"use client";
// Buttons, icon buttons, and links that look like a button.
import { type ComponentProps, type KeyboardEvent, type ReactNode, useRef } from "react";
import Link from "next/link";
import type { Icon as CodexIcon } from "@wikimedia/codex-icons";
import { useRestoredFocus } from "./use-restored-focus.ts";
import { Icon } from "./codex-icon.tsx";
import styles from "./button.module.css";

type ButtonTone = "progressive" | "destructive" | "neutral";

type ButtonStyle = {
  tone?: ButtonTone | undefined;
  /** `primary` is filled, `quiet` has no frame. Use at most one primary button in view. */
  weight?: "primary" | "normal" | "quiet" | undefined;
  size?: "medium" | "large" | undefined;
  icon?: CodexIcon;
};

export function buttonClass({ tone = "neutral", weight = "normal", size = "medium" }: ButtonStyle): string {
  return [styles.button, styles[tone], styles[weight], styles[size]].join(" ");
}

type ButtonProps = ButtonStyle &
  Omit<ComponentProps<"button">, "className" | "ref"> & {
    /** The action is in progress. */
    isBusy?: boolean;
    /** The button has just appeared and ignores clicks for a moment, but does not look disabled. */
    isActivating?: boolean;
  };

/**
 * A disabled button keeps the focus by using `aria-disabled`, because browsers take the focus from a really disabled one and
 * it may be enabled again in a moment. Only a submit button is really disabled: otherwise Enter in a field would submit the
 * form before the page's script has loaded.
 */
export function Button({
  tone,
  weight,
  size,
  icon,
  isBusy = false,
  isActivating = false,
  type = "button",
  disabled = false,
  onClick,
  children,
  ...rest
}: ButtonProps) {
  const button = useRestoredFocus<HTMLButtonElement>();
  const isDisabled = disabled || isBusy;
  // A press that began before the button was enabled was not meant for what the button does now.
  const isPressEarly = useRef(false);
  return (
    <button
      {...rest}
      ref={button}
      type={type}
      disabled={disabled && !isBusy && type === "submit"}
      aria-disabled={isDisabled || undefined}
      onPointerDown={() => {
        isPressEarly.current = isDisabled;
      }}
      onKeyDown={ignoreKeyRepeat}
      onClick={(event) => {
        const isEarly = isPressEarly.current;
        isPressEarly.current = false;
        if (isDisabled || isEarly) event.preventDefault();
        else onClick?.(event);
      }}
      className={buttonClass({ tone, weight, size })}
      data-busy={isBusy || undefined}
      data-activating={isActivating || undefined}
    >
      {icon !== undefined && <Icon icon={icon} />}
      {children}
    </button>
  );
}

/** A key that is held down presses a button once, not the button that appears next as well. */
export function ignoreKeyRepeat(event: KeyboardEvent): void {
  if (event.repeat && (event.key === "Enter" || event.key === " ")) event.preventDefault();
}

type IconButtonProps = Omit<ComponentProps<"button">, "className" | "children" | "ref"> & {
  label: string;
  icon: CodexIcon;
};

/** A button with an icon only; `label` is its accessible name and its tooltip. */
export function IconButton({ label, icon, ...rest }: IconButtonProps) {
  const button = useRestoredFocus<HTMLButtonElement>();
  return (
    <button
      ref={button}
      type="button"
      aria-label={label}
      title={label}
      {...rest}
      className={`${buttonClass({ weight: "quiet" })} ${styles.iconOnly}`}
    >
      <Icon icon={icon} />
    </button>
  );
}

export function LinkButton({
  href,
  icon,
  children,
  tone,
  weight,
  size,
}: ButtonStyle & { href: string; children: ReactNode }) {
  return (
    <Link href={href} className={buttonClass({ tone, weight, size })}>
      {icon !== undefined && <Icon icon={icon} />}
      {children}
    </Link>
  );
}

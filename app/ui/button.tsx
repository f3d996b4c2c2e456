"use client";
// A button that looks like what it does, and a link that looks like a button.
import type { ComponentProps, ReactNode } from "react";
import Link from "next/link";
import type { Icon as CodexIcon } from "@wikimedia/codex-icons";
import { useRestoredFocus } from "./use-restored-focus.ts";
import { Icon } from "./codex-icon.tsx";
import styles from "./button.module.css";

export type ButtonTone = "progressive" | "destructive" | "neutral";

type Look = {
  tone?: ButtonTone;
  /** `primary` is filled, `quiet` has no frame. At most one primary button in view. */
  weight?: "primary" | "normal" | "quiet";
  size?: "medium" | "large";
  icon?: CodexIcon;
};

export function buttonClass({ tone = "neutral", weight = "normal", size = "medium" }: Look): string {
  return [styles.button, styles[tone], styles[weight], styles[size]].join(" ");
}

type ButtonProps = Look &
  Omit<ComponentProps<"button">, "className" | "ref"> & {
    /** What it does is under way. */
    isBusy?: boolean;
    /** It has just appeared and takes no press yet: it looks as it will be. */
    isActivating?: boolean;
  };

/**
 * Off, it keeps the keyboard, which browsers take from a disabled button: it may be on again in a moment. Only one that
 * sends a form is really disabled: Enter in a field would send the form before the page's script is there.
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
  return (
    <button
      {...rest}
      ref={button}
      type={type}
      disabled={disabled && !isBusy && type === "submit"}
      aria-disabled={isDisabled || undefined}
      onClick={isDisabled ? (event) => event.preventDefault() : onClick}
      className={buttonClass(look(tone, weight, size))}
      data-busy={isBusy || undefined}
      data-activating={isActivating || undefined}
    >
      {icon !== undefined && <Icon icon={icon} />}
      {children}
    </button>
  );
}

type IconButtonProps = Omit<ComponentProps<"button">, "className" | "children" | "ref"> & {
  label: string;
  icon: CodexIcon;
};

/** A button without words; `label` is its name and its tooltip. */
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
}: Look & { href: string; children: ReactNode }) {
  return (
    <Link href={href} className={buttonClass(look(tone, weight, size))}>
      {icon !== undefined && <Icon icon={icon} />}
      {children}
    </Link>
  );
}

/** Leaves out what was not given, so that the defaults of buttonClass hold. */
function look(tone: Look["tone"], weight: Look["weight"], size: Look["size"]): Look {
  return {
    ...(tone === undefined ? {} : { tone }),
    ...(weight === undefined ? {} : { weight }),
    ...(size === undefined ? {} : { size }),
  };
}

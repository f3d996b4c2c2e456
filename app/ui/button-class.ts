// How a button looks. Without a component, so that the error pages, which are part of every page, cost next to no JavaScript.
import styles from "./button.module.css";

type ButtonTone = "progressive" | "destructive" | "neutral";

export type ButtonLook = {
  tone?: ButtonTone | undefined;
  /** `primary` is filled, `quiet` has no frame. Use at most one primary button in view. */
  weight?: "primary" | "normal" | "quiet" | undefined;
  size?: "medium" | "large" | undefined;
};

export function buttonClass({ tone = "neutral", weight = "normal", size = "medium" }: ButtonLook): string {
  return [styles.button, styles[tone], styles[weight], styles[size]].join(" ");
}

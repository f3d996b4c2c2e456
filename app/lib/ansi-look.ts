// From a style of the terminal to classes of ansi.css. Colours of the program's own palette become variables
// that each theme fills with something readable; colours given exactly are shown exactly, on a dark ground.
import type { CSSProperties } from "react";
import type { Style } from "./ansi.ts";

export function runClass(style: Style): string {
  const { colour, background } = style.inverse
    ? { colour: style.background ?? "page", background: style.colour ?? "text" }
    : style;
  const classes = [];
  if (typeof colour === "number") classes.push(`ansi-fg-${colour}`);
  else if (colour === "page") classes.push("ansi-fg-page");
  if (typeof background === "number") classes.push(`ansi-bg-${background}`);
  else if (background === "text") classes.push("ansi-bg-text");
  if (style.bold) classes.push("ansi-bold");
  if (style.dim) classes.push("ansi-dim");
  if (style.italic) classes.push("ansi-italic");
  if (style.underline) classes.push("ansi-underline");
  if (typeof style.colour === "string") classes.push("ansi-exact");
  return classes.join(" ");
}

/** Only for colours that no theme knows. */
export function runStyle(style: Style): CSSProperties | undefined {
  const exact = (colour: number | string | null) => (typeof colour === "string" ? colour : undefined);
  const colour = exact(style.inverse ? style.background : style.colour);
  const background = exact(style.inverse ? style.colour : style.background);
  if (colour === undefined && background === undefined) return undefined;
  return {
    ...(colour === undefined ? {} : { color: colour }),
    ...(background === undefined ? {} : { backgroundColor: background }),
  };
}

"use client";
// Goes to a line of the log: that of the URL, a match of the search, or one that the reader asked for.
import { useEffect, useEffectEvent, useLayoutEffect, useState, type RefObject } from "react";
import { parseLineHash } from "./line-range.ts";
import { markLine } from "./use-line-range.ts";
import type { LogWindow } from "./use-log-window.ts";

type Box = RefObject<HTMLElement | null>;

/** @param open unfolds what hides a line. @returns marks a line and shows it. */
export function useGoToLine(
  box: Box,
  window: LogWindow,
  totalLines: number,
  open: (line: number) => void,
): (line: number) => void {
  const showLine = useShownLine((line) => window.showLine(Math.min(line, Math.max(1, totalLines))), open);
  useLinkedLine(showLine, box);
  return (line) => {
    markLine(line, "alone");
    showLine(line);
    // The line may be in a part of the box that is below the edge of the screen.
    box.current?.scrollIntoView({ block: "nearest" });
  };
}

/** Unfolds what hides a line, and scrolls to it once its row exists. */
function useShownLine(
  scrollTo: (line: number) => void,
  open: (line: number) => void,
): (line: number) => void {
  const [target, setTarget] = useState<{ line: number }>();
  const scroll = useEffectEvent(scrollTo);
  // Before the paint, and before any scroll event of the rows as they were.
  useLayoutEffect(() => {
    if (target !== undefined) scroll(target.line);
  }, [target]);
  return (line) => {
    open(line);
    setTarget({ line });
  };
}

/** Shows the line of the URL when the page opens and when a link changes it, but not when the reader marks a line in view. */
function useLinkedLine(showLine: (line: number) => void, box: Box): void {
  const showLinked = useEffectEvent(() => {
    const linked = parseLineHash(globalThis.location.hash);
    if (linked !== undefined) showLine(linked.from);
    return linked !== undefined;
  });
  // Before the paint: otherwise the end of the log would be under a finger for a moment.
  useLayoutEffect(() => void showLinked(), []);
  useEffect(() => {
    const onHash = () => {
      if (showLinked()) box.current?.scrollIntoView({ block: "nearest" });
    };
    globalThis.addEventListener("hashchange", onHash);
    return () => globalThis.removeEventListener("hashchange", onHash);
  }, [box]);
}

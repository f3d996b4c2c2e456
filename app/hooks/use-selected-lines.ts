"use client";
import { useEffect, useState, type RefObject } from "react";
import type { LineRange } from "../lib/line-range.ts";

/** The lines that the reader's selection touches, while it lies within the log. */
export function useSelectedLines(box: RefObject<HTMLElement | null>): LineRange | undefined {
  const [range, setRange] = useState<LineRange>();
  useEffect(() => {
    const onChange = () => {
      const selection = document.getSelection();
      const from = lineOf(selection?.anchorNode ?? null, box.current);
      const to = lineOf(selection?.focusNode ?? null, box.current);
      const isEmpty = selection === null || selection.isCollapsed || from === undefined || to === undefined;
      setRange((before) => {
        if (isEmpty) return undefined;
        const next = { from: Math.min(from, to), to: Math.max(from, to) };
        return before?.from === next.from && before.to === next.to ? before : next;
      });
    };
    document.addEventListener("selectionchange", onChange);
    return () => document.removeEventListener("selectionchange", onChange);
  }, [box]);
  return range;
}

function lineOf(node: Node | null, box: HTMLElement | null): number | undefined {
  if (node === null || box === null || !box.contains(node)) return undefined;
  const element = node instanceof Element ? node : node.parentElement;
  const line = element?.closest<HTMLElement>("[data-line]")?.dataset["line"];
  return line === undefined ? undefined : Number(line);
}

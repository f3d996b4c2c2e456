"use client";
import { useEffect, useState, type RefObject } from "react";
import type { LineRange } from "./line-range.ts";

export type SelectedLines = {
  /** The lines in the selection; undefined while nothing is selected. */
  range: LineRange | undefined;
  /** The line of the last click. It stays rendered, because a Shift-click selects from here. */
  anchor: number | undefined;
};

const NONE: SelectedLines = { range: undefined, anchor: undefined };

/** The text selection of the reader, while it is in the log. */
export function useSelectedLines(box: RefObject<HTMLElement | null>): SelectedLines {
  const [selected, setSelected] = useState(NONE);
  useEffect(() => {
    const onChange = () => {
      const selection = document.getSelection();
      const anchor = lineOf(selection?.anchorNode ?? null, box.current);
      const focus = lineOf(selection?.focusNode ?? null, box.current);
      setSelected((before) => {
        if (selection === null || anchor === undefined || focus === undefined) return NONE;
        const range = { from: Math.min(anchor, focus), to: Math.max(anchor, focus) };
        const next = { anchor, range: selection.isCollapsed ? undefined : range };
        return isSame(before, next) ? before : next;
      });
    };
    document.addEventListener("selectionchange", onChange);
    return () => document.removeEventListener("selectionchange", onChange);
  }, [box]);
  return selected;
}

function isSame(a: SelectedLines, b: SelectedLines): boolean {
  return a.anchor === b.anchor && a.range?.from === b.range?.from && a.range?.to === b.range?.to;
}

function lineOf(node: Node | null, box: HTMLElement | null): number | undefined {
  if (node === null || box === null || !box.contains(node)) return undefined;
  const element = node instanceof Element ? node : node.parentElement;
  const line = element?.closest<HTMLElement>("[data-line]")?.dataset.line;
  return line === undefined ? undefined : Number(line);
}

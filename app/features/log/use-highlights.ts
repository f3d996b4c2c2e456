"use client";
// Highlights matches in the rows of the log with the CSS Custom Highlight API, so that no row is rendered again for them.
// Browsers without it show the marked line only.
import { useEffect, type RefObject } from "react";
import { matchesInNodes } from "./text-matches.ts";

/** Styled in globals.css. */
const NAME = "log-match";

export function useHighlights(box: RefObject<HTMLElement | null>, query: string): void {
  // After every render, because rows are added and removed.
  useEffect(() => {
    if (typeof Highlight === "undefined" || box.current === null || query === "") return;
    const rows = [...box.current.querySelectorAll("[data-line] [data-text]")];
    CSS.highlights.set(NAME, new Highlight(...rows.flatMap((row) => rangesOf(row, query.toLowerCase()))));
    return () => {
      CSS.highlights.delete(NAME);
    };
  });
}

function rangesOf(row: Element, query: string): Range[] {
  const nodes: Text[] = [];
  const walker = document.createTreeWalker(row, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) nodes.push(node as Text);
  const matches = matchesInNodes(
    nodes.map((node) => node.data),
    query,
  );
  return matches.flatMap(({ from, to }) => {
    const first = nodes[from.node];
    const last = nodes[to.node];
    if (first === undefined || last === undefined) return [];
    const range = new Range();
    range.setStart(first, from.offset);
    range.setEnd(last, to.offset);
    return [range];
  });
}

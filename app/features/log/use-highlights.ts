"use client";
// Makes words stand out in the rows of the log, over their colours: ranges that the browser paints by itself, so that no
// row is drawn anew for them. A browser that cannot do it shows the marked line alone.
import { useEffect, type RefObject } from "react";
import { matchesInNodes } from "./text-matches.ts";

/** Styled in globals.css. */
const NAME = "log-found";

export function useHighlights(box: RefObject<HTMLElement | null>, words: string): void {
  // After every drawing: rows come and go with it.
  useEffect(() => {
    if (typeof Highlight === "undefined" || box.current === null || words === "") return;
    const rows = [...box.current.querySelectorAll("[data-line] [data-text]")];
    CSS.highlights.set(NAME, new Highlight(...rows.flatMap((row) => rangesOf(row, words.toLowerCase()))));
    return () => {
      CSS.highlights.delete(NAME);
    };
  });
}

function rangesOf(row: Element, wanted: string): Range[] {
  const nodes: Text[] = [];
  const walker = document.createTreeWalker(row, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) nodes.push(node as Text);
  const matches = matchesInNodes(
    nodes.map((node) => node.data),
    wanted,
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

"use client";
// Makes words stand out in the rows of the log, over their colours: ranges that the browser paints by itself, so that no
// row is drawn anew for them. A browser that cannot do it shows the marked line alone.
import { useEffect, type RefObject } from "react";

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
  const text = row.textContent.toLowerCase();
  const ranges: Range[] = [];
  // Some letters are longer in small: then places in the one are not places in the other.
  if (text.length !== row.textContent.length) return ranges;
  for (let at = text.indexOf(wanted); at !== -1; at = text.indexOf(wanted, at + wanted.length)) {
    const range = new Range();
    range.setStart(...placeIn(row, at));
    range.setEnd(...placeIn(row, at + wanted.length));
    ranges.push(range);
  }
  return ranges;
}

/** The node and the place in it of a character of the whole. */
function placeIn(row: Element, at: number): [Node, number] {
  const nodes = document.createTreeWalker(row, NodeFilter.SHOW_TEXT);
  let before = 0;
  for (let node = nodes.nextNode(); node !== null; node = nodes.nextNode()) {
    const { length } = node.nodeValue ?? "";
    if (at <= before + length) return [node, at - before];
    before += length;
  }
  return [row, row.childNodes.length];
}

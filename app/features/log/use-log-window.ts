"use client";
// Which rows of a long log are on the screen, and where. Owns the scroll position: nothing else may set the
// box's scrollTop. Follows the end only while the reader is there and does not begin to leave it.
import { useEffect, useLayoutEffect, useRef, useState, type RefObject } from "react";
import type { LineRange } from "./line-range.ts";
import type { RowModel } from "./row-model.ts";
import { afterScroll, isAtEnd, scrollMap, scrollTo, type ScrollPosition } from "./scroll-map.ts";

export const ROW_PX = 20;
/** Rows rendered beyond the screen on either side, so that a wheel's turn finds them there. */
const OVERSCAN_ROWS = 20;
/** A selection keeps its rows on the page, so that copying takes all of it; beyond this it is cut. */
const SELECTED_LINES_MAX = 5000;
const VIEWPORT_GUESS_PX = 480;

export type LogWindow = {
  /** The lines to render. */
  first: number;
  last: number;
  firstVisible: number;
  /** Height of the scrolled range. */
  heightPx: number;
  /** Where the first rendered row is, within that range. */
  topPx: number;
  isFollowing: boolean;
  onScroll: () => void;
  /** The reader begins to do something where lines must not move away. */
  stopFollowing: () => void;
  jumpToEnd: () => void;
  showLine: (n: number) => void;
  /** Where the row of a line is that is kept on the page although it is not in view, from the first rendered row. */
  topOfLine: (n: number) => number;
  /** Changes the rows of lines, and scrolls by as much as that moved what is in view. @param change says if it did. */
  keepInPlace: (change: () => boolean) => void;
};

type Options = {
  box: RefObject<HTMLDivElement | null>;
  rows: RowModel;
  totalLines: number;
  selected: LineRange | undefined;
};

type State = { isFollowing: boolean; position: ScrollPosition };

export function useLogWindow({ box, rows, totalLines, selected }: Options): LogWindow {
  const [viewportPx, setViewportPx] = useState(VIEWPORT_GUESS_PX);
  const [state, setState] = useState<State>({ isFollowing: true, position: { scrollTop: 0, contentTop: 0 } });
  const contentPx = rows.totalRows(totalLines) * ROW_PX;
  const map = scrollMap(contentPx, viewportPx);
  /** Set as soon as the range has its new height. */
  const wantedTop = useRef<number>(undefined);
  const positionOf = (one: State) => (one.isFollowing ? scrollTo(map, contentPx) : one.position);
  const position = positionOf(state);

  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setViewportPx(element.clientHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }, [box]);

  // Before painting, so that new lines do not first appear below the edge.
  useLayoutEffect(() => {
    const element = box.current;
    if (state.isFollowing && element !== null) element.scrollTo({ top: element.scrollHeight });
  }, [box, state.isFollowing, contentPx, viewportPx]);

  useLayoutEffect(() => {
    if (wantedTop.current !== undefined) box.current?.scrollTo({ top: wantedTop.current });
    wantedTop.current = undefined;
  });

  const onScroll = () => {
    const element = box.current;
    if (element === null) return;
    // Measured now: the box grows with a short log, and its observer tells so only after this event.
    const measured = scrollMap(contentPx, element.clientHeight);
    const { scrollTop } = element;
    const isResized = element.clientHeight !== viewportPx;
    setState((before) => {
      // The box has become lower, which is not the reader leaving the end: it is scrolled there as soon as its observer tells.
      if (before.isFollowing && isResized) return before;
      const next = afterScroll(measured, positionOf(before), scrollTop);
      return { isFollowing: isAtEnd(measured, next, ROW_PX), position: next };
    });
  };

  const firstVisibleRow = Math.floor(position.contentTop / ROW_PX);
  const lastVisibleRow = firstVisibleRow + Math.ceil(viewportPx / ROW_PX);
  const visible = {
    from: rows.lineAtRow(Math.max(0, firstVisibleRow - OVERSCAN_ROWS), totalLines),
    to: rows.lineAtRow(lastVisibleRow + OVERSCAN_ROWS, totalLines),
  };
  const { from: first, to: last } = withSelected(visible, selected);
  const firstVisible = rows.lineAtRow(Math.max(0, firstVisibleRow), totalLines);
  const topPx = position.scrollTop + rows.rowOfLine(first) * ROW_PX - position.contentTop;
  return {
    first,
    last,
    firstVisible,
    heightPx: map.heightPx,
    topPx,
    isFollowing: state.isFollowing,
    onScroll,
    stopFollowing: () => setState((before) => ({ isFollowing: false, position: positionOf(before) })),
    jumpToEnd: () => setState((before) => ({ ...before, isFollowing: true })),
    showLine: (n) => {
      // A third from the top: what led to the line matters as much as the line.
      const next = scrollTo(map, rows.rowOfLine(n) * ROW_PX - viewportPx / 3);
      box.current?.scrollTo({ top: next.scrollTop });
      setState({ isFollowing: false, position: next });
    },
    topOfLine: (n) => {
      const top = (rows.rowOfLine(n) - rows.rowOfLine(first)) * ROW_PX;
      // Within the range: beyond it, the row would make the box scroll further than the log.
      return Math.min(Math.max(top, -topPx), map.heightPx - topPx - ROW_PX);
    },
    keepInPlace: (change) => {
      const before = rows.rowOfLine(firstVisible);
      if (!change()) return;
      const movedPx = (rows.rowOfLine(firstVisible) - before) * ROW_PX;
      setState((one) => {
        if (one.isFollowing || movedPx === 0) return { ...one };
        const moved = scrollMap(rows.totalRows(totalLines) * ROW_PX, viewportPx);
        const next = scrollTo(moved, one.position.contentTop + movedPx);
        wantedTop.current = next.scrollTop;
        return { ...one, position: next };
      });
    },
  };
}

function withSelected(visible: LineRange, selected: LineRange | undefined): LineRange {
  if (selected === undefined) return visible;
  const both = { from: Math.min(visible.from, selected.from), to: Math.max(visible.to, selected.to) };
  return both.to - both.from <= SELECTED_LINES_MAX ? both : visible;
}

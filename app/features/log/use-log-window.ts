"use client";
// Virtual scrolling: which rows of a long log are rendered, and where. Owns the scroll position: nothing else may set the
// scrollTop of the box. Follows the end of the log until the reader scrolls away.
import { useEffect, useLayoutEffect, useMemo, useRef, useState, type RefObject } from "react";
import type { LineRange } from "./line-range.ts";
import type { LogRows } from "./log-rows.ts";
import { afterScroll, isAtEnd, scrollMap, scrollTo, type ScrollPosition } from "./scroll-map.ts";

export const ROW_PX = 20;
/** Rows rendered beyond the viewport on either side, so that small scroll movements show no gaps. */
const OVERSCAN_ROWS = 20;
/** Selected rows stay rendered, so that copying includes them; up to this number of lines. */
const SELECTED_LINES_MAX = 5000;
const VIEWPORT_GUESS_PX = 480;

export type LogWindow = {
  /** The first and last line to render, and all of them: folded lines in between are not rendered. */
  first: number;
  last: number;
  lines: readonly LineRange[];
  firstVisible: number;
  /** Height of the scrollable range. */
  heightPx: number;
  /** Offset of the first rendered row in that range. */
  topPx: number;
  isFollowing: boolean;
  onScroll: () => void;
  /** Called when the reader starts an action during which lines must not move. */
  stopFollowing: () => void;
  jumpToEnd: () => void;
  showLine: (n: number) => void;
  /** The offset of a row that is rendered outside of the window, from the first row of the window. */
  topOfLine: (n: number) => number;
  /** Changes the row model and keeps the lines in view in place. @param change returns whether anything changed. */
  preserveScroll: (change: () => boolean) => void;
};

type Options = {
  box: RefObject<HTMLDivElement | null>;
  rows: LogRows;
  totalLines: number;
  selected: LineRange | undefined;
};

type State = { isFollowing: boolean; position: ScrollPosition };

export function useLogWindow({ box, rows, totalLines, selected }: Options): LogWindow {
  const viewportPx = useViewportHeight(box);
  const [state, setState] = useState<State>({ isFollowing: true, position: { scrollTop: 0, contentTop: 0 } });
  const contentPx = rows.totalRows(totalLines) * ROW_PX;
  const map = scrollMap(contentPx, viewportPx);
  const positionOf = (one: State) => (one.isFollowing ? scrollTo(map, contentPx) : one.position);
  const position = positionOf(state);
  const scrollLater = useScrollAfterLayout(box, state.isFollowing, contentPx, viewportPx);

  const onScroll = () => {
    const element = box.current;
    if (element === null) return;
    // Measured now: the box grows with a short log, and its observer is notified only after this event.
    const measured = scrollMap(contentPx, element.clientHeight);
    const { scrollTop } = element;
    const isResized = element.clientHeight !== viewportPx;
    setState((before) => {
      // The box has shrunk, and the reader has not scrolled. An effect scrolls to the end after the resize.
      if (before.isFollowing && isResized) return before;
      const next = afterScroll(measured, positionOf(before), scrollTop);
      return { isFollowing: isAtEnd(measured, next, ROW_PX), position: next };
    });
  };
  const showLine = (n: number) => {
    // Measured now: the observer reports the size of the box only after the first paint.
    const heightPx = box.current?.clientHeight ?? viewportPx;
    // A third from the top, to show the context before the line.
    const next = scrollTo(scrollMap(contentPx, heightPx), rows.rowOfLine(n) * ROW_PX - heightPx / 3);
    box.current?.scrollTo({ top: next.scrollTop });
    setState({ isFollowing: false, position: next });
  };
  const rendered = useRenderedLines({ rows, totalLines, selected }, position, viewportPx);
  const { first, firstVisible } = rendered;
  const topPx = position.scrollTop + rows.rowOfLine(first) * ROW_PX - position.contentTop;
  const preserveScroll = (change: () => boolean) => {
    const before = rows.rowOfLine(firstVisible);
    if (!change()) return;
    const movedPx = (rows.rowOfLine(firstVisible) - before) * ROW_PX;
    setState((one) => {
      if (one.isFollowing || movedPx === 0) return { ...one };
      const moved = scrollMap(rows.totalRows(totalLines) * ROW_PX, viewportPx);
      const next = scrollTo(moved, one.position.contentTop + movedPx);
      scrollLater(next.scrollTop);
      return { ...one, position: next };
    });
  };
  return {
    ...rendered,
    heightPx: map.heightPx,
    topPx,
    isFollowing: state.isFollowing,
    onScroll,
    stopFollowing: () => setState((before) => ({ isFollowing: false, position: positionOf(before) })),
    jumpToEnd: () => setState((before) => ({ ...before, isFollowing: true })),
    showLine,
    topOfLine: (n) => {
      const top = (rows.rowOfLine(n) - rows.rowOfLine(first)) * ROW_PX;
      // Clamped to the range: beyond it, the row would extend the scrollable area.
      return Math.min(Math.max(top, -topPx), map.heightPx - topPx - ROW_PX);
    },
    preserveScroll,
  };
}

function useViewportHeight(box: Options["box"]): number {
  const [heightPx, setHeightPx] = useState(VIEWPORT_GUESS_PX);
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setHeightPx(element.clientHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }, [box]);
  return heightPx;
}

/**
 * Keeps the box at the end while it follows. Both before the paint, so that new lines do not appear below the edge first.
 * @returns scrolls to an offset once the range has its new height.
 */
function useScrollAfterLayout(
  box: Options["box"],
  isFollowing: boolean,
  contentPx: number,
  viewportPx: number,
): (scrollTop: number) => void {
  const pending = useRef<number>(undefined);
  useLayoutEffect(() => {
    const element = box.current;
    if (isFollowing && element !== null) element.scrollTo({ top: element.scrollHeight });
  }, [box, isFollowing, contentPx, viewportPx]);
  useLayoutEffect(() => {
    if (pending.current !== undefined) box.current?.scrollTo({ top: pending.current });
    pending.current = undefined;
  });
  return (scrollTop) => {
    pending.current = scrollTop;
  };
}

/** The lines in view, some beyond them on either side, and the selected ones. */
function useRenderedLines(
  { rows, totalLines, selected }: Omit<Options, "box">,
  { contentTop }: ScrollPosition,
  viewportPx: number,
): Pick<LogWindow, "first" | "last" | "lines" | "firstVisible"> {
  const firstRow = Math.floor(contentTop / ROW_PX);
  const lastRow = firstRow + Math.ceil(viewportPx / ROW_PX);
  const visible = {
    from: rows.lineAtRow(Math.max(0, firstRow - OVERSCAN_ROWS), totalLines),
    to: rows.lineAtRow(lastRow + OVERSCAN_ROWS, totalLines),
  };
  const { from: first, to: last } = withSelected(visible, selected);
  const lines = useMemo(
    () => rows.visible({ from: first, to: Math.min(last, totalLines) }),
    [rows, first, last, totalLines],
  );
  return { first, last, lines, firstVisible: rows.lineAtRow(Math.max(0, firstRow), totalLines) };
}

function withSelected(visible: LineRange, selected: LineRange | undefined): LineRange {
  if (selected === undefined) return visible;
  const both = { from: Math.min(visible.from, selected.from), to: Math.max(visible.to, selected.to) };
  return both.to - both.from <= SELECTED_LINES_MAX ? both : visible;
}

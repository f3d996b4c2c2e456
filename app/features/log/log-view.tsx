"use client";
// The live log of a job. Only the rows in view are rendered (use-log-window.ts), so that a million lines cost as much as fifty.
// Lines that were never in view are not fetched.
import {
  useEffect,
  useEffectEvent,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
  type CSSProperties,
} from "react";
import { cdxIconArrowDown } from "@wikimedia/codex-icons";
import { PROBE, useColumns } from "./use-columns.ts";
import { FocusTargetContext } from "../../ui/use-restored-focus.ts";
import { markLine, useMarkedLines } from "./use-line-range.ts";
import { useHighlights } from "./use-highlights.ts";
import { useMeasuredRows } from "./use-measured-rows.ts";
import { useAvailableHeight } from "./use-available-height.ts";
import { useLogSearch } from "./use-log-search.ts";
import { useLogWindow } from "./use-log-window.ts";
import { useSelectedLines } from "./use-selected-lines.ts";
import { useLocalStorage } from "../../ui/use-local-storage.ts";
import { parseLineHash } from "./line-range.ts";
import type { LogStore } from "./log-store.ts";
import { createWrappedRows, ONE_ROW_EACH } from "./row-model.ts";
import { Button } from "../../ui/button.tsx";
import { HiddenLines } from "./hidden-lines.tsx";
import { LogFind } from "./log-find.tsx";
import { LogRow } from "./log-row.tsx";
import { LogToolbar } from "./log-toolbar.tsx";
import styles from "./log-view.module.css";

const LOG_FOCUS_TARGET = "log";

type LogViewProps = { jobId: number; log: LogStore; isLive: boolean; isOver: boolean; subject: string };

export function LogView({ jobId, log, isLive, isOver, subject }: LogViewProps) {
  const snapshot = useSyncExternalStore(log.subscribe, log.snapshot, log.snapshot);
  const [wrapChoice, storeWrap] = useLocalStorage("spiderpig.log.wrap");
  const [timesChoice, storeTimes] = useLocalStorage("spiderpig.log.times");
  const isWrapped = wrapChoice === "yes";
  const hasTimes = timesChoice === "yes";
  const [shown, setShown] = useState<ReadonlyMap<number, string>>(new Map());
  const box = useRef<HTMLDivElement>(null);
  const probe = useRef<HTMLSpanElement>(null);
  const columns = useColumns(box, probe);
  const availablePx = useAvailableHeight(box);
  const marked = useMarkedLines();
  const [query, setQuery] = useState("");
  const found = useLogSearch(jobId, log, query);
  const selected = useSelectedLines(box);
  const wrapped = useMemo(() => (isWrapped ? createWrappedRows(columns) : undefined), [isWrapped, columns]);

  const { totalLines } = snapshot;
  const window = useLogWindow({
    box,
    rows: wrapped ?? ONE_ROW_EACH,
    totalLines,
    selected: selected.range,
  });
  const { first, last } = window;
  const sizes: CSSProperties & { "--digits": number; "--available"?: string } = {
    // Wide enough for the largest line number; at least 3 digits, so that a short log does not shift while it grows.
    "--digits": Math.max(3, String(totalLines).length),
    ...(availablePx === undefined ? {} : { "--available": `${availablePx}px` }),
  };

  useEffect(() => log.want(first, last), [log, first, last, totalLines]);
  useMeasuredRows(wrapped, log, window, snapshot.version);

  const showLinkedLine = useEffectEvent(() => {
    const linked = parseLineHash(globalThis.location.hash);
    if (linked !== undefined) window.showLine(Math.min(linked.from, Math.max(1, totalLines)));
  });
  // On load and when the URL changes, but not when the reader marks a line, which is in view already.
  useEffect(() => {
    showLinkedLine();
    const onHash = () => showLinkedLine();
    globalThis.addEventListener("hashchange", onHash);
    return () => globalThis.removeEventListener("hashchange", onHash);
  }, []);

  useHighlights(box, query);

  const showMarked = (n: number) => {
    markLine(n, false);
    window.showLine(n);
    // The line may be in a part of the box that is below the edge of the screen.
    box.current?.scrollIntoView({ block: "nearest" });
  };
  const anchor = selected.anchor !== undefined && selected.anchor <= totalLines ? selected.anchor : undefined;
  const rows = [];
  for (const n of shownLines(first, Math.min(last, totalLines), anchor)) {
    const stored = log.line(n);
    const hidden = shown.get(n);
    const line = stored === undefined || hidden === undefined ? stored : { ...stored, text: hidden };
    rows.push(
      <LogRow
        key={n}
        n={n}
        line={line}
        hasTime={hasTimes}
        isMarked={marked !== undefined && n >= marked.from && n <= marked.to}
        topPx={n < first || n > last ? window.topOfLine(n) : undefined}
      />,
    );
  }
  return (
    <FocusTargetContext value={LOG_FOCUS_TARGET}>
      <div className={styles.log}>
        <LogToolbar
          jobId={jobId}
          totalLines={totalLines}
          isLive={isLive}
          hasFailed={snapshot.failed}
          isRemoved={snapshot.removed}
          isWrapped={isWrapped}
          hasTimes={hasTimes}
          onWrap={(on) => storeWrap(on ? "yes" : "no")}
          onTimes={(on) => storeTimes(on ? "yes" : "no")}
          hiddenLines={
            snapshot.hasHidden && shown.size === 0 ? <HiddenLines jobId={jobId} onShow={setShown} /> : null
          }
          onLine={showMarked}
          find={
            <LogFind
              query={query}
              found={found}
              from={marked?.from ?? (window.isFollowing ? 0 : window.firstVisible - 1)}
              onQuery={setQuery}
              onLine={showMarked}
              onLeave={() => box.current?.focus({ preventScroll: true })}
            />
          }
        />
        <div className={styles.frame}>
          <section
            ref={box}
            className={styles.box}
            data-focus-target={LOG_FOCUS_TARGET}
            data-wrapped={isWrapped || undefined}
            data-times={hasTimes || undefined}
            aria-label={`Output of job ${jobId}: ${subject}`}
            // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrollable box must be reachable by keyboard
            tabIndex={0}
            style={sizes}
            onScroll={window.onScroll}
            // Before the scroll event: new lines that arrive many times a second would otherwise scroll back to the end.
            onWheel={(event) => event.deltaY < 0 && window.stopFollowing()}
            onPointerDown={window.stopFollowing}
          >
            <div className={styles.probeRow} aria-hidden="true">
              {hasTimes && <span className={styles.time} />}
              <span className={styles.number} />
              <span ref={probe}>{PROBE}</span>
            </div>
            <div className={styles.range} style={{ height: window.heightPx }}>
              <div className={styles.rows} style={{ transform: `translateY(${window.topPx}px)` }}>
                {rows}
              </div>
            </div>
            {totalLines === 0 && <p className={styles.empty}>{isOver ? "No output." : "No output yet."}</p>}
          </section>
          {!window.isFollowing && (
            <div className={styles.jump}>
              <Button icon={cdxIconArrowDown} onClick={window.jumpToEnd}>
                Jump to end
              </Button>
            </div>
          )}
        </div>
      </div>
    </FocusTargetContext>
  );
}

/** The lines to render in order, including the line from which a Shift-click would extend the selection. */
function shownLines(first: number, last: number, anchor: number | undefined): number[] {
  const lines = Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
  if (anchor === undefined || (anchor >= first && anchor <= last)) return lines;
  return anchor < first ? [anchor, ...lines] : [...lines, anchor];
}

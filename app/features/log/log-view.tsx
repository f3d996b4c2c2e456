"use client";
// Everything the job printed, live. Only the rows on the screen exist in the page (hooks/use-log-window.ts), so
// a million lines cost as much as fifty; lines that nobody looked at are not even fetched.
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
  const roomPx = useAvailableHeight(box);
  const marked = useMarkedLines();
  const [words, setQuery] = useState("");
  const found = useLogSearch(jobId, log, words);
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
  const sizes: CSSProperties & { "--digits": number; "--room"?: string } = {
    // The column of numbers is as wide as the largest needs, and does not jump at every power of ten of a short log.
    "--digits": Math.max(3, String(totalLines).length),
    ...(roomPx === undefined ? {} : { "--room": `${roomPx}px` }),
  };

  useEffect(() => log.want(first, last), [log, first, last, totalLines]);
  useMeasuredRows(wrapped, log, window, snapshot.version);

  const showAddressed = useEffectEvent(() => {
    const addressed = parseLineHash(globalThis.location.hash);
    if (addressed !== undefined) window.showLine(Math.min(addressed.from, Math.max(1, totalLines)));
  });
  // On arrival and when the address changes, not when the reader marks a line that is on the screen already.
  useEffect(() => {
    showAddressed();
    const onHash = () => showAddressed();
    globalThis.addEventListener("hashchange", onHash);
    return () => globalThis.removeEventListener("hashchange", onHash);
  }, []);

  useHighlights(box, words);

  const showMarked = (n: number) => {
    markLine(n, false);
    window.showLine(n);
    // The box may reach below the edge of the screen, and the line may stand there.
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
              words={words}
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
            // Lines that arrive many times a second would otherwise take the box back before its scrolling is told.
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
            {totalLines === 0 && (
              <p className={styles.empty}>
                {isOver ? "scap printed nothing." : "scap has printed nothing yet."}
              </p>
            )}
          </section>
          {!window.isFollowing && (
            <div className={styles.jump}>
              <Button icon={cdxIconArrowDown} onClick={window.jumpToEnd}>
                Jump to the end
              </Button>
            </div>
          )}
        </div>
      </div>
    </FocusTargetContext>
  );
}

/** In their order, with the line that a click with Shift would select from. */
function shownLines(first: number, last: number, anchor: number | undefined): number[] {
  const lines = Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
  if (anchor === undefined || (anchor >= first && anchor <= last)) return lines;
  return anchor < first ? [anchor, ...lines] : [...lines, anchor];
}

"use client";
// The scrollable lines of a log. Only the rows in view are rendered (use-log-window.ts), so that a million lines cost as much as
// fifty. Lines that were never in view are not fetched.
import { Fragment, type CSSProperties, type ReactNode, type RefObject } from "react";
import { isTerminal } from "#lib/domain/job.ts";
import type { Job } from "#lib/contract/job.ts";
import { useIsBrowser } from "../../client/use-now.tsx";
import { isSameDay } from "../../text/format.ts";
import { jobSubject } from "../../text/labels.ts";
import { useTimeZone } from "../../ui/time-zone.tsx";
import { numbersIn, type LineRange } from "./line-range.ts";
import { LogRow, NoteRow, type TimeColumn } from "./log-row.tsx";
import type { LogRows } from "./log-rows.ts";
import type { LogStore } from "./log-store.ts";
import type { NotesByLine } from "./notes-by-line.ts";
import { useAvailableHeight } from "./use-available-height.ts";
import type { LogFolds } from "./use-log-folds.ts";
import type { LogSettings } from "./use-log-settings.ts";
import type { LogWindow } from "./use-log-window.ts";
import styles from "./log-view.module.css";

export const LOG_FOCUS_TARGET = "log";

type LogBoxProps = {
  box: RefObject<HTMLDivElement | null>;
  job: Job;
  log: LogStore;
  window: LogWindow;
  rows: LogRows;
  folds: LogFolds;
  notes: NotesByLine;
  /** Texts of lines that scap marked as sensitive, by number. */
  uncovered: ReadonlyMap<number, string>;
  marked: LineRange | undefined;
  /** The line from which a Shift+click would extend the selection of text: it stays rendered. */
  anchor: number | undefined;
  settings: LogSettings;
  totalLines: number;
  /** Measures the width of a character. */
  probe: ReactNode;
};

export function LogBox(props: LogBoxProps) {
  const { box, job, log, window, settings, totalLines, probe } = props;
  const availablePx = useAvailableHeight(box);
  const isBrowser = useIsBrowser();
  const times = useTimeColumn(job, log, totalLines, settings.hasTimes);
  const sizes: CSSProperties & { "--digits": number; "--time": number; "--available"?: string } = {
    // Wide enough for the largest line number; at least 3 digits, so that a short log does not shift while it grows.
    "--digits": Math.max(3, String(totalLines).length),
    "--time": times === "date" ? 15 : 8,
    ...(availablePx === undefined ? {} : { "--available": `${availablePx}px` }),
  };
  return (
    <section
      ref={box}
      className={styles.box}
      data-focus-target={LOG_FOCUS_TARGET}
      data-wrapped={settings.isWrapped || undefined}
      data-times={settings.hasTimes || undefined}
      data-placed={isBrowser || undefined}
      aria-label={`Output of job ${job.id}: ${jobSubject(job)}`}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrollable box must be reachable by keyboard
      tabIndex={0}
      style={sizes}
      onScroll={window.onScroll}
      // Before the scroll event: new lines that arrive many times a second would otherwise scroll back to the end.
      onWheel={(event) => event.deltaY < 0 && window.stopFollowing()}
      onPointerDown={window.stopFollowing}
    >
      <div className={styles.probeRow} aria-hidden="true">
        {settings.hasTimes && <span className={styles.time} />}
        <span className={styles.number} />
        {probe}
      </div>
      <div className={styles.range} style={{ height: window.heightPx }}>
        <div className={styles.rows} style={{ transform: `translateY(${window.topPx}px)` }}>
          <Rows {...props} times={times} />
        </div>
      </div>
      {totalLines === 0 && (
        <p className={styles.empty}>{isTerminal(job.state) ? "No output." : "No output yet."}</p>
      )}
    </section>
  );
}

function Rows({
  log,
  window,
  rows,
  folds,
  notes,
  uncovered,
  marked,
  anchor,
  totalLines,
  times,
}: LogBoxProps & { times: TimeColumn }) {
  const toggle = (fold: Parameters<LogFolds["toggle"]>[0]) => {
    window.stopFollowing();
    folds.toggle(fold);
  };
  return shownLines(window, rows, anchor, totalLines).map((n) => {
    const stored = log.line(n);
    const text = uncovered.get(n);
    const isApart = n < window.first || n > window.last;
    return (
      <Fragment key={n}>
        <LogRow
          n={n}
          line={stored === undefined || text === undefined ? stored : { ...stored, text }}
          times={times}
          isMarked={marked !== undefined && n >= marked.from && n <= marked.to}
          fold={folds.byLine.get(n)}
          onFold={toggle}
          topPx={isApart ? window.topOfLine(n) : undefined}
        />
        {!isApart && notes.get(n)?.map((note) => <NoteRow key={note.at} note={note} />)}
      </Fragment>
    );
  });
}

/** The lines to render in order, including the one from which a Shift+click would extend the selection. */
function shownLines(
  { first, last, lines }: LogWindow,
  rows: LogRows,
  anchor: number | undefined,
  totalLines: number,
): number[] {
  const shown = [...numbersIn(lines)];
  const isApart = anchor !== undefined && anchor <= totalLines && (anchor < first || anchor > last);
  if (!isApart || rows.isHidden(anchor)) return shown;
  return anchor < first ? [anchor, ...shown] : [...shown, anchor];
}

/** A log that runs past midnight shows dates. */
function useTimeColumn(job: Job, log: LogStore, totalLines: number, hasTimes: boolean): TimeColumn {
  const timeZone = useTimeZone();
  if (!hasTimes) return "none";
  const start = job.startedAt ?? job.createdAt;
  const end = job.finishedAt ?? log.line(totalLines)?.at;
  return end === undefined || end === "" || isSameDay(start, end, timeZone) ? "clock" : "date";
}

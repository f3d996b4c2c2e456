"use client";
import { memo, type MouseEvent } from "react";
import type { LogLine } from "#lib/contract/log.ts";
import { markLine } from "./use-line-range.ts";
import { useTimeZone } from "../../ui/time-zone.tsx";
import { formatClock, formatCount, formatUtc } from "../../text/format.ts";
import styles from "./log-row.module.css";
import { TerminalText } from "./terminal-text.tsx";

type LogRowProps = {
  n: number;
  /** Undefined while it is being fetched. */
  line: LogLine | undefined;
  hasTime: boolean;
  isMarked: boolean;
  /** Set when the row is rendered outside of the window: its offset from the first row of the window. */
  topPx: number | undefined;
};

/** One line of the log. Number and time are excluded from copied text. */
function Row({ n, line, hasTime, isMarked, topPx }: LogRowProps) {
  const onNumber = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    markLine(n, event.shiftKey);
  };
  return (
    <div
      className={styles.row}
      data-line={n}
      data-marked={isMarked || undefined}
      data-apart={topPx !== undefined || undefined}
      style={topPx === undefined ? undefined : { top: topPx }}
    >
      {hasTime && (
        <span className={styles.time}>
          {line !== undefined && line.at !== "" && <LineTime at={line.at} />}
        </span>
      )}
      {/* Not in the tab order, which would otherwise have a stop for each line. Keyboard users have "Go to line". */}
      <a className={styles.number} href={`#L${n}`} tabIndex={-1} onClick={onNumber}>
        {n}
      </a>
      <span className={styles.text} data-text>
        {line === undefined ? <span className={styles.loading}>…</span> : <Text text={line.text} />}
      </span>
    </div>
  );
}

export const LogRow = memo(Row, (before, after) => {
  return (
    before.n === after.n &&
    before.line?.text === after.line?.text &&
    before.hasTime === after.hasTime &&
    before.isMarked === after.isMarked &&
    before.topPx === after.topPx
  );
});

function LineTime({ at }: { at: string }) {
  const timeZone = useTimeZone();
  return (
    <time dateTime={at} title={formatUtc(at)}>
      {formatClock(at, timeZone)}
    </time>
  );
}

/** Longer lines would freeze the browser. */
const SHOWN_CHARACTERS_MAX = 20_000;

function Text({ text }: { text: string }) {
  return (
    <>
      <TerminalText text={text.slice(0, SHOWN_CHARACTERS_MAX)} />
      {text.length > SHOWN_CHARACTERS_MAX && (
        <em> … {formatCount(text.length - SHOWN_CHARACTERS_MAX)} more characters in the download</em>
      )}
    </>
  );
}

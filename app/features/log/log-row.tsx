"use client";
import { memo, type MouseEvent } from "react";
import { cdxIconExpand, cdxIconNext } from "@wikimedia/codex-icons";
import type { AnswerNote } from "#lib/domain/answer-note.ts";
import type { LogLine } from "#lib/contract/log.ts";
import { markLine } from "./use-line-range.ts";
import { useSession } from "../../client/use-session.tsx";
import { useTimeZone } from "../../ui/time-zone.tsx";
import { formatCount, formatLineTime, formatUtc, plural } from "../../text/format.ts";
import { phaseLabel } from "../../text/labels.ts";
import { Icon } from "../../ui/codex-icon.tsx";
import { Clock, Elapsed } from "../../ui/time.tsx";
import { canFold, type Fold } from "./log-folds.ts";
import styles from "./log-row.module.css";
import { TerminalText } from "./terminal-text.tsx";

/** `clock` without the date, which is needed only in a log of several days. */
export type TimeColumn = "none" | "clock" | "date";

type LogRowProps = {
  n: number;
  /** Undefined while it is being fetched. */
  line: LogLine | undefined;
  times: TimeColumn;
  isMarked: boolean;
  /** The phase that starts on this line. */
  fold: Fold | undefined;
  onFold: (fold: Fold) => void;
  /** Set when the row is rendered outside of the window: its offset from the first row of the window. */
  topPx: number | undefined;
};

/** One line of the log. Number, time and phase are excluded from copied text. */
function Row({ n, line, times, isMarked, fold, onFold, topPx }: LogRowProps) {
  const onNumber = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    markLine(n, event.shiftKey ? "extend" : isTouch(event.nativeEvent) ? "touch" : "alone");
  };
  return (
    <div
      className={styles.row}
      data-line={n}
      data-marked={isMarked || undefined}
      data-apart={topPx !== undefined || undefined}
      style={topPx === undefined ? undefined : { top: topPx }}
    >
      {times !== "none" && (
        <span className={styles.time}>
          {line !== undefined && line.at !== "" && <LineTime at={line.at} hasDate={times === "date"} />}
        </span>
      )}
      {/* Not in the tab order, which would otherwise have a stop for each line. Keyboard users have "Go to line". */}
      <a className={styles.number} href={`#L${n}`} tabIndex={-1} onClick={onNumber}>
        {n}
      </a>
      <span className={styles.gutter}>
        {fold !== undefined && canFold(fold.phase) && <FoldButton fold={fold} onFold={onFold} />}
      </span>
      <span className={styles.text} data-text>
        {line === undefined ? <span className={styles.loading}>…</span> : <Text text={line.text} />}
      </span>
      {fold !== undefined && <PhaseSummary fold={fold} />}
    </div>
  );
}

export const LogRow = memo(Row, (before, after) => {
  return (
    before.n === after.n &&
    before.line?.text === after.line?.text &&
    before.times === after.times &&
    before.isMarked === after.isMarked &&
    before.fold?.isFolded === after.fold?.isFolded &&
    before.fold?.state === after.fold?.state &&
    before.fold?.phase === after.fold?.phase &&
    before.topPx === after.topPx
  );
});

function isTouch(event: globalThis.MouseEvent): boolean {
  return event instanceof PointerEvent && event.pointerType === "touch";
}

function FoldButton({ fold, onFold }: { fold: Fold; onFold: (fold: Fold) => void }) {
  return (
    <button
      type="button"
      className={styles.fold}
      aria-expanded={!fold.isFolded}
      aria-label={`Phase ${phaseLabel(fold.phase.name)}`}
      onClick={() => onFold(fold)}
    >
      <Icon icon={fold.isFolded ? cdxIconNext : cdxIconExpand} size="small" />
    </button>
  );
}

/** How long the phase took, and how many lines are folded. */
function PhaseSummary({ fold: { phase, state, isFolded } }: { fold: Fold }) {
  const lines = isFolded && phase.lastLine !== null ? phase.lastLine - phase.firstLine : 0;
  return (
    <span className={styles.phase} data-state={state}>
      {lines > 0 && `${plural(lines, "line", "lines")} · `}
      {state === "failed" && "failed · "}
      {state === "unfinished" ? "not finished" : <Elapsed since={phase.startedAt} until={phase.finishedAt} />}
    </span>
  );
}

function LineTime({ at, hasDate }: { at: string; hasDate: boolean }) {
  const timeZone = useTimeZone();
  return (
    <time dateTime={at} title={formatUtc(at)}>
      {formatLineTime(at, timeZone, hasDate)}
    </time>
  );
}

/** An answer, after the line at which scap waited for it. One row high, because rows of other lines are placed by that. */
export function NoteRow({ note }: { note: AnswerNote }) {
  const me = useSession().user.name;
  return (
    <div className={styles.note} role="note" aria-label="Answer">
      <span className={styles.noteText}>
        <strong>{note.by === me ? "You" : note.by}</strong> {note.action} · <Clock at={note.at} />
      </span>
    </div>
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

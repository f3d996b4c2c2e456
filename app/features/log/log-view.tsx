"use client";
// The log of a job with its tools. log-box.tsx has the scrollable lines.
import { lazy, Suspense, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { cdxIconArrowDown } from "@wikimedia/codex-icons";
import type { Job } from "#lib/contract/job.ts";
import { usePermission } from "../../client/use-session.tsx";
import { FocusTargetContext } from "../../ui/use-restored-focus.ts";
import { Button } from "../../ui/button.tsx";
import { HiddenLines } from "./hidden-lines.tsx";
import type { LineRange } from "./line-range.ts";
import { LOG_FOCUS_TARGET, LogBox } from "./log-box.tsx";
import type { LogStore } from "./log-store.ts";
import { LogTools } from "./log-tools.tsx";
import { MarkedLines } from "./marked-lines.tsx";
import { PROBE, useColumns } from "./use-columns.ts";
import { type CopyLog, useCopyLog } from "./use-copy-log.ts";
import { useGoToLine } from "./use-go-to-line.ts";
import { useHighlights } from "./use-highlights.ts";
import { useMarkedLines } from "./use-line-range.ts";
import { useLogFolds } from "./use-log-folds.ts";
import { useLogRows } from "./use-log-rows.ts";
import { useLogSettings } from "./use-log-settings.ts";
import { type LogWindow, useLogWindow } from "./use-log-window.ts";
import { useMeasuredRows } from "./use-measured-rows.ts";
import { useSelectedLines } from "./use-selected-lines.ts";
import styles from "./log-view.module.css";

/** Loaded when it is opened: the player is as large as the rest of the page. */
const Recording = lazy(() => import("./recording.tsx"));

export function LogView({ job, log }: { job: Job; log: LogStore }) {
  const snapshot = useSyncExternalStore(log.subscribe, log.snapshot, log.snapshot);
  const { totalLines } = snapshot;
  const settings = useLogSettings();
  const box = useRef<HTMLDivElement>(null);
  const probe = useRef<HTMLSpanElement>(null);
  const columns = useColumns(box, probe);
  const [query, setQuery] = useState("");
  const marked = useMarkedLines();
  const selected = useSelectedLines(box);
  const folds = useLogFolds(job);
  const copy = useCopyLog(job.id);
  const hidden = useHiddenLines(job.id, snapshot.hasHidden);
  const recording = useRecording(job, totalLines);
  const startedAt = job.startedAt ?? job.createdAt;
  const { rows, wrapped, notes } = useLogRows(job, folds, settings.isWrapped, columns);
  const window = useLogWindow({ box, rows, totalLines, selected: selected.range });
  useEffect(() => log.want(window.lines), [log, window.lines]);
  useMeasuredRows(wrapped, log, window, snapshot.version);
  useHighlights(box, query);
  const goToLine = useGoToLine(box, window, totalLines, folds.open);
  const shared = { job, log, window, folds, settings, marked };
  return (
    <FocusTargetContext value={LOG_FOCUS_TARGET}>
      <div className={styles.log} data-full-screen={settings.isFullScreen || undefined}>
        <LogTools
          {...shared}
          snapshot={snapshot}
          query={query}
          copy={copy}
          onQuery={setQuery}
          onLine={goToLine}
          onLeave={() => box.current?.focus({ preventScroll: true })}
          onPlay={() => recording.play(startedAt)}
          onReveal={hidden.reveal}
        />
        {hidden.dialog}
        <div className={styles.frame}>
          <LogBox
            {...shared}
            box={box}
            rows={rows}
            notes={notes}
            uncovered={hidden.uncovered}
            anchor={selected.anchor}
            totalLines={totalLines}
            probe={<span ref={probe}>{PROBE}</span>}
          />
          <FloatingControls
            window={window}
            marked={marked}
            copy={copy}
            onPlay={(line) => recording.play(log.line(line)?.at ?? startedAt)}
          />
        </div>
        {recording.player}
      </div>
    </FocusTargetContext>
  );
}

type FloatingControlsProps = {
  window: LogWindow;
  marked: LineRange | undefined;
  copy: CopyLog;
  onPlay: (fromLine: number) => void;
};

/** Above the lines: what can be done with those that are marked, and the way back to the end. */
function FloatingControls({ window, marked, copy, onPlay }: FloatingControlsProps) {
  return (
    <div className={styles.floating}>
      {marked !== undefined && <MarkedLines marked={marked} copy={copy} onPlay={() => onPlay(marked.from)} />}
      {!window.isFollowing && (
        <div className={styles.jump}>
          <Button icon={cdxIconArrowDown} onClick={window.jumpToEnd}>
            <span className="visually-hidden-on-phone">Jump to end</span>
          </Button>
        </div>
      )}
    </div>
  );
}

/** The recording of the terminal, while it is open. */
function useRecording(job: Job, totalLines: number) {
  /** The time at which it starts. */
  const [from, setFrom] = useState<string>();
  const player = from !== undefined && (
    <Suspense>
      <Recording job={job} totalLines={totalLines} from={from} onClose={() => setFrom(undefined)} />
    </Suspense>
  );
  return { player, play: setFrom };
}

/** The lines that scap marked as sensitive, once an admin has revealed them, and the dialog that does. */
function useHiddenLines(jobId: number, hasHidden: boolean) {
  const [uncovered, setUncovered] = useState<ReadonlyMap<number, string>>(new Map());
  const [isRevealing, setIsRevealing] = useState(false);
  const canReveal = usePermission("see_sensitive_output") && hasHidden && uncovered.size === 0;
  return {
    uncovered,
    /** Undefined if there is nothing to reveal, or no permission. */
    reveal: canReveal ? () => setIsRevealing(true) : undefined,
    dialog: (
      <HiddenLines
        jobId={jobId}
        isOpen={isRevealing}
        onClose={() => setIsRevealing(false)}
        onShow={setUncovered}
      />
    ),
  };
}

"use client";
// The log of a job with its tools. log-box.tsx has the scrollable lines.
import {
  lazy,
  Suspense,
  useEffect,
  useEffectEvent,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import { cdxIconArrowDown } from "@wikimedia/codex-icons";
import { answerNotes } from "#lib/domain/answer-note.ts";
import { isLive } from "#lib/domain/job.ts";
import type { Job } from "#lib/contract/job.ts";
import { usePermission } from "../../client/use-session.tsx";
import { FocusTargetContext } from "../../ui/use-restored-focus.ts";
import { Button } from "../../ui/button.tsx";
import { GoTo } from "./go-to.tsx";
import { HiddenLines } from "./hidden-lines.tsx";
import { parseLineHash } from "./line-range.ts";
import { LOG_FOCUS_TARGET, LogBox } from "./log-box.tsx";
import { LogFind } from "./log-find.tsx";
import { LogMenu } from "./log-menu.tsx";
import { createLogRows } from "./log-rows.ts";
import type { LogStore } from "./log-store.ts";
import { LogToolbar } from "./log-toolbar.tsx";
import { MarkedLines } from "./marked-lines.tsx";
import { notesByLine } from "./notes-by-line.ts";
import { createWrappedRows, ONE_ROW_EACH } from "./row-model.ts";
import { PROBE, useColumns } from "./use-columns.ts";
import { useCopyLog } from "./use-copy-log.ts";
import { useHighlights } from "./use-highlights.ts";
import { markLine, useMarkedLines } from "./use-line-range.ts";
import { useLogFolds } from "./use-log-folds.ts";
import { useLogSearch } from "./use-log-search.ts";
import { useLogSettings } from "./use-log-settings.ts";
import { useLogWindow } from "./use-log-window.ts";
import { useMeasuredRows } from "./use-measured-rows.ts";
import { useSelectedLines } from "./use-selected-lines.ts";
import styles from "./log-view.module.css";

/** Loaded when it is opened: the player is as large as the rest of the page. */
const Recording = lazy(() => import("./recording.tsx"));

export function LogView({ job, log }: { job: Job; log: LogStore }) {
  const snapshot = useSyncExternalStore(log.subscribe, log.snapshot, log.snapshot);
  const settings = useLogSettings();
  const box = useRef<HTMLDivElement>(null);
  const probe = useRef<HTMLSpanElement>(null);
  const columns = useColumns(box, probe);
  const marked = useMarkedLines();
  const [query, setQuery] = useState("");
  const found = useLogSearch(job.id, log, query);
  const selected = useSelectedLines(box);
  const folds = useLogFolds(job);
  const copy = useCopyLog(job.id);
  const [uncovered, setUncovered] = useState<ReadonlyMap<number, string>>(new Map());
  const [isRevealing, setIsRevealing] = useState(false);
  const canReveal = usePermission("see_sensitive_output") && snapshot.hasHidden && uncovered.size === 0;
  /** The time at which the recording starts; undefined while it is closed. */
  const [playedFrom, setPlayedFrom] = useState<string>();

  const notes = useMemo(() => notesByLine(answerNotes(job.interactions)), [job.interactions]);
  const { isWrapped } = settings;
  const wrapped = useMemo(() => (isWrapped ? createWrappedRows(columns) : undefined), [isWrapped, columns]);
  const rows = useMemo(() => {
    for (const range of folds.hidden) wrapped?.forget(range);
    const counts = new Map([...notes].map(([line, each]) => [line, each.length]));
    return createLogRows(wrapped ?? ONE_ROW_EACH, folds.hidden, counts);
  }, [wrapped, folds.hidden, notes]);
  const { totalLines } = snapshot;
  const window = useLogWindow({ box, rows, totalLines, selected: selected.range });
  useEffect(() => log.want(window.lines), [log, window.lines]);
  useMeasuredRows(wrapped, log, window, snapshot.version);
  useHighlights(box, query);

  const showLine = useShownLine(
    (line) => window.showLine(Math.min(line, Math.max(1, totalLines))),
    folds.open,
  );
  useLinkedLine(showLine, box);
  const goToLine = (n: number) => {
    markLine(n, "alone");
    showLine(n);
    // The line may be in a part of the box that is below the edge of the screen.
    box.current?.scrollIntoView({ block: "nearest" });
  };
  const startedAt = job.startedAt ?? job.createdAt;
  return (
    <FocusTargetContext value={LOG_FOCUS_TARGET}>
      <div className={styles.log} data-full-screen={settings.isFullScreen || undefined}>
        <LogToolbar
          snapshot={snapshot}
          settings={settings}
          isLive={isLive(job.state)}
          isFollowing={window.isFollowing}
          onFollow={(on) => (on ? window.jumpToEnd() : window.stopFollowing())}
          message={copy.message}
          find={
            <LogFind
              query={query}
              found={found}
              from={marked?.from ?? (window.isFollowing ? 0 : window.firstVisible - 1)}
              onQuery={setQuery}
              onLine={goToLine}
              onLeave={() => box.current?.focus({ preventScroll: true })}
            />
          }
          goTo={<GoTo jobId={job.id} startedAt={startedAt} totalLines={totalLines} onLine={goToLine} />}
          menu={
            <LogMenu
              jobId={job.id}
              folds={folds}
              onCopy={copy.copyAll}
              onPlay={() => setPlayedFrom(startedAt)}
              onReveal={canReveal ? () => setIsRevealing(true) : undefined}
            />
          }
        />
        <HiddenLines
          jobId={job.id}
          isOpen={isRevealing}
          onClose={() => setIsRevealing(false)}
          onShow={setUncovered}
        />
        <div className={styles.frame}>
          <LogBox
            box={box}
            job={job}
            log={log}
            window={window}
            rows={rows}
            folds={folds}
            notes={notes}
            uncovered={uncovered}
            marked={marked}
            anchor={selected.anchor}
            settings={settings}
            totalLines={totalLines}
            probe={<span ref={probe}>{PROBE}</span>}
          />
          <div className={styles.floating}>
            {marked !== undefined && (
              <MarkedLines
                marked={marked}
                copy={copy}
                onPlay={() => setPlayedFrom(log.line(marked.from)?.at ?? startedAt)}
              />
            )}
            {!window.isFollowing && (
              <div className={styles.jump}>
                <Button icon={cdxIconArrowDown} onClick={window.jumpToEnd}>
                  Jump to end
                </Button>
              </div>
            )}
          </div>
        </div>
        {playedFrom !== undefined && (
          <Suspense>
            <Recording
              job={job}
              totalLines={totalLines}
              from={playedFrom}
              onClose={() => setPlayedFrom(undefined)}
            />
          </Suspense>
        )}
      </div>
    </FocusTargetContext>
  );
}

/** Unfolds what hides a line, and scrolls to it once its row exists. */
function useShownLine(
  scrollTo: (line: number) => void,
  open: (line: number) => void,
): (line: number) => void {
  const [target, setTarget] = useState<{ line: number }>();
  const scroll = useEffectEvent(scrollTo);
  // Before the paint, and before any scroll event of the rows as they were.
  useLayoutEffect(() => {
    if (target !== undefined) scroll(target.line);
  }, [target]);
  return (line) => {
    open(line);
    setTarget({ line });
  };
}

/** Shows the line of the URL when the page opens and when a link changes it, but not when the reader marks a line in view. */
function useLinkedLine(showLine: (line: number) => void, box: React.RefObject<HTMLElement | null>): void {
  const showLinked = useEffectEvent(() => {
    const linked = parseLineHash(globalThis.location.hash);
    if (linked !== undefined) showLine(linked.from);
    return linked !== undefined;
  });
  useEffect(() => {
    showLinked();
    const onHash = () => {
      if (showLinked()) box.current?.scrollIntoView({ block: "nearest" });
    };
    globalThis.addEventListener("hashchange", onHash);
    return () => globalThis.removeEventListener("hashchange", onHash);
  }, [box]);
}

"use client";
// What is above the lines of a log: the search, the jump to a line or time, and the menu.
import { isLive } from "#lib/domain/job.ts";
import type { Job } from "#lib/contract/job.ts";
import { GoTo } from "./go-to.tsx";
import type { LineRange } from "./line-range.ts";
import { LogFind } from "./log-find.tsx";
import { LogMenu } from "./log-menu.tsx";
import type { LogSnapshot, LogStore } from "./log-store.ts";
import { LogToolbar } from "./log-toolbar.tsx";
import type { CopyLog } from "./use-copy-log.ts";
import type { LogFolds } from "./use-log-folds.ts";
import { useLogSearch } from "./use-log-search.ts";
import type { LogSettings } from "./use-log-settings.ts";
import type { LogWindow } from "./use-log-window.ts";

type LogToolsProps = {
  job: Job;
  log: LogStore;
  snapshot: LogSnapshot;
  window: LogWindow;
  folds: LogFolds;
  settings: LogSettings;
  query: string;
  marked: LineRange | undefined;
  copy: CopyLog;
  onQuery: (query: string) => void;
  onLine: (n: number) => void;
  /** Called when the reader leaves the search with Escape. */
  onLeave: () => void;
  onPlay: () => void;
  /** Undefined if there is nothing to reveal, or no permission. */
  onReveal: (() => void) | undefined;
};

export function LogTools(props: LogToolsProps) {
  const { job, log, snapshot, window, folds, settings, query, marked, copy } = props;
  const found = useLogSearch(job.id, log, query);
  return (
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
          onQuery={props.onQuery}
          onLine={props.onLine}
          onLeave={props.onLeave}
        />
      }
      goTo={
        <GoTo
          jobId={job.id}
          startedAt={job.startedAt ?? job.createdAt}
          totalLines={snapshot.totalLines}
          onLine={props.onLine}
        />
      }
      menu={
        <LogMenu
          jobId={job.id}
          folds={folds}
          onCopy={copy.copyAll}
          onPlay={props.onPlay}
          onReveal={props.onReveal}
        />
      }
    />
  );
}

// Which tabs watch which jobs and windows, and from where the shared stream resumes. A pure reducer.
//
// There is one hub for all tabs (stream-worker.ts), so that no tab depends on another and none needs a successor when it
// closes. When a tab joins, the hub reopens the stream, which starts with the current state. The other tabs receive that
// state too; this is harmless, because events replace what a page has.
import type { MultiplexedUpdate } from "#lib/contract/events.ts";
import type { ConnectionStatus, Cursor, ToTab, WatchedJob } from "./messages.ts";

/** With a tick every five seconds: a tab that crashed, or that the browser froze, is dropped after a minute. */
export const MISSED_TICKS_MAX = 12;
/** A tab that has this much unprocessed text (about 30 MB) is dropped. */
export const UNACKNOWLEDGED_UNITS_MAX = 16 * 1024 * 1024;
/** The server's limit for one stream. The jobs opened last are kept. */
export const JOBS_MAX = 100;
export const WINDOWS_MAX = 20;

type Tab = {
  jobs: ReadonlySet<number>;
  windows: ReadonlySet<number>;
  sentUnits: number;
  acknowledgedUnits: number;
  missedTicks: number;
};

export type HubState = {
  tabs: ReadonlyMap<number, Tab>;
  /** By job: every tab that watches the job has all events up to here. */
  cursors: ReadonlyMap<number, Cursor>;
  status: ConnectionStatus;
};

export type HubInput =
  | { kind: "watch"; tab: number; jobs: readonly WatchedJob[]; windows: readonly number[] }
  | { kind: "leave"; tab: number }
  | { kind: "acknowledge"; tab: number; units: number }
  | Extract<ToTab, { kind: "update" | "status" | "tick" }>;

export type HubStep = {
  state: HubState;
  sends: readonly { tab: number; message: ToTab }[];
  /** The stream must be reopened, because a tab watches something that it does not include. */
  reopen: boolean;
};

export const EMPTY_HUB: HubState = { tabs: new Map(), cursors: new Map(), status: { phase: "connecting" } };

export function stepHub(state: HubState, input: HubInput): HubStep {
  switch (input.kind) {
    case "watch":
      return watch(state, input);
    case "leave":
      return withoutMessages(withoutTabs(state, [input.tab]));
    case "acknowledge":
      return withoutMessages(
        withTab(state, input.tab, (tab) => ({ ...tab, acknowledgedUnits: input.units, missedTicks: 0 })),
      );
    case "update":
      return update(state, input);
    case "status":
      return { ...broadcast({ ...state, status: input.status }, input), reopen: false };
    case "tick":
      return tick(state, input);
  }
}

/** The `jobs` parameter of `GET /api/events/multiplexed`. */
export function jobsQuery({ cursors }: HubState): string {
  return [...cursors]
    .slice(-JOBS_MAX)
    .map(([jobId, { eventSeq, line }]) => `${jobId}.${eventSeq}.${line}`)
    .join(",");
}

/** The `windows` parameter. */
export function windowsQuery({ tabs }: HubState): string {
  const windows = new Set([...tabs.values()].flatMap((tab) => [...tab.windows]));
  return [...windows].slice(-WINDOWS_MAX).join(",");
}

export function parseCursor(text: string | null): Cursor | undefined {
  const [eventSeq, line] = (text ?? "").split(".").map(Number);
  if (eventSeq === undefined || line === undefined) return undefined;
  return Number.isInteger(eventSeq) && Number.isInteger(line) ? { eventSeq, line } : undefined;
}

function watch(state: HubState, { tab: id, jobs, windows }: Extract<HubInput, { kind: "watch" }>): HubStep {
  const known = state.tabs.get(id);
  const needsReopen =
    known === undefined ||
    jobs.some(({ jobId }) => !known.jobs.has(jobId)) ||
    windows.some((windowId) => !known.windows.has(windowId));
  const tab = known ?? { sentUnits: 0, acknowledgedUnits: 0, missedTicks: 0 };
  const watched = { jobs: new Set(jobs.map(({ jobId }) => jobId)), windows: new Set(windows) };
  const tabs = new Map(state.tabs).set(id, { ...tab, ...watched });
  const cursors = new Map(state.cursors);
  for (const { jobId, cursor } of jobs) {
    if (known?.jobs.has(jobId) === true) continue;
    const other = cursors.get(jobId);
    cursors.delete(jobId);
    cursors.set(jobId, other === undefined ? cursor : earlier(other, cursor));
  }
  const next = withWatchedCursors({ ...state, tabs, cursors });
  const sends =
    known === undefined ? [{ tab: id, message: { kind: "status", status: state.status } as const }] : [];
  return { state: next, sends, reopen: needsReopen };
}

/** Lines that only one of two tabs has are sent to both. The newest event is known to the browser in any case. */
function earlier(a: Cursor, b: Cursor): Cursor {
  return { eventSeq: Math.max(a.eventSeq, b.eventSeq), line: Math.min(a.line, b.line) };
}

function update(state: HubState, message: Extract<ToTab, { kind: "update" }>): HubStep {
  const { jobId, cursor, event } = message.update;
  const receivers = [...state.tabs].filter(([, tab]) => isWatched(tab, message.update));
  const tabs = new Map(state.tabs);
  for (const [id, tab] of receivers) tabs.set(id, { ...tab, sentUnits: tab.sentUnits + message.units });
  const cursors = new Map(state.cursors);
  const reached = parseCursor(cursor);
  if (jobId !== null && reached !== undefined && cursors.has(jobId)) cursors.set(jobId, reached);
  const sent = { state: { ...state, tabs, cursors }, sends: receivers.map(([tab]) => ({ tab, message })) };
  const next = event === "end" && jobId !== null ? withoutJob(sent.state, jobId) : sent.state;
  const slow = [...next.tabs].filter(([, tab]) => isTooSlow(tab)).map(([id]) => id);
  return dropped({ ...sent, state: next, reopen: false }, slow);
}

function isWatched(tab: Tab, { jobId, windowId }: MultiplexedUpdate): boolean {
  if (windowId !== null) return tab.windows.has(windowId);
  return jobId === null || tab.jobs.has(jobId);
}

function isTooSlow(tab: Tab): boolean {
  return tab.sentUnits - tab.acknowledgedUnits > UNACKNOWLEDGED_UNITS_MAX;
}

function tick(state: HubState, message: Extract<ToTab, { kind: "tick" }>): HubStep {
  const tabs = new Map(
    [...state.tabs].map(([id, tab]) => [id, { ...tab, missedTicks: tab.missedTicks + 1 }]),
  );
  const unresponsive = [...tabs].filter(([, tab]) => tab.missedTicks > MISSED_TICKS_MAX).map(([id]) => id);
  return dropped({ ...broadcast({ ...state, tabs }, message), reopen: false }, unresponsive);
}

function dropped(step: HubStep, ids: readonly number[]): HubStep {
  if (ids.length === 0) return step;
  return {
    ...step,
    state: withoutTabs(step.state, ids),
    sends: [...step.sends, ...ids.map((tab) => ({ tab, message: { kind: "dropped" } as const }))],
  };
}

function broadcast(state: HubState, message: ToTab): { state: HubState; sends: HubStep["sends"] } {
  return { state, sends: [...state.tabs.keys()].map((tab) => ({ tab, message })) };
}

function withoutMessages(state: HubState): HubStep {
  return { state, sends: [], reopen: false };
}

function withTab(state: HubState, id: number, change: (tab: Tab) => Tab): HubState {
  const tab = state.tabs.get(id);
  return tab === undefined ? state : { ...state, tabs: new Map(state.tabs).set(id, change(tab)) };
}

function withoutTabs(state: HubState, ids: readonly number[]): HubState {
  const tabs = new Map([...state.tabs].filter(([id]) => !ids.includes(id)));
  return withWatchedCursors({ ...state, tabs });
}

/** An ended job has no more events, so the stream no longer includes it. */
function withoutJob(state: HubState, jobId: number): HubState {
  const tabs = new Map(
    [...state.tabs].map(([id, tab]) => [
      id,
      { ...tab, jobs: new Set([...tab.jobs].filter((one) => one !== jobId)) },
    ]),
  );
  return withWatchedCursors({ ...state, tabs });
}

/** Removes the cursors of jobs that no tab watches. */
function withWatchedCursors(state: HubState): HubState {
  const watched = new Set([...state.tabs.values()].flatMap(({ jobs }) => [...jobs]));
  return { ...state, cursors: new Map([...state.cursors].filter(([jobId]) => watched.has(jobId))) };
}

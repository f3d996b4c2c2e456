// The messages between the tabs of a browser and the hub that owns their shared event stream (hub.ts, tab-link.ts).
import type { MultiplexedUpdate } from "#lib/contract/events.ts";

export type ConnectionStatus =
  | { phase: "connecting" }
  | { phase: "open" }
  /** Not connected since `since` (ms): the page is stale as of that time. */
  | { phase: "lost"; since: number }
  | { phase: "signed_out" };

/** Where a stream resumes: the last event and the last line that the tab has. */
export type Cursor = { eventSeq: number; line: number };

export type WatchedJob = { jobId: number; cursor: Cursor };

export type ToHub =
  /** Joins, or replaces the jobs and windows that this tab watches. Every tab receives the overview. */
  | { kind: "watch"; jobs: readonly WatchedJob[]; windows: readonly number[] }
  /** Sent in response to every message: the total size of the updates processed so far. */
  | { kind: "acknowledge"; units: number }
  | { kind: "leave" };

export type ToTab =
  /** @property units the size of the update, to be acknowledged. */
  | { kind: "update"; update: MultiplexedUpdate; units: number }
  | { kind: "status"; status: ConnectionStatus }
  /** Heartbeat of the hub. `serverTime` (ms) is the current time of the server's clock, when it is known. */
  | { kind: "tick"; serverTime: number | undefined }
  /** The tab did not keep up or did not respond. It receives nothing until it joins again. */
  | { kind: "dropped" };

// What the tabs of a browser and the hub that owns their shared event stream say to each other (hub.ts, tab-link.ts).
import type { MultiplexedUpdate } from "#lib/contract/events.ts";

export type ConnectionStatus =
  | { phase: "connecting" }
  | { phase: "open" }
  /** Not connected since `since` (ms): what the page shows is as of that time. */
  | { phase: "lost"; since: number }
  | { phase: "signed_out" };

/** Where a stream continues: the last event and the last line that the tab has. */
export type Cursor = { eventSeq: number; line: number };

export type WatchedJob = { jobId: number; cursor: Cursor };

export type ToHub =
  /** Joins, or replaces what this tab watched. Every tab gets the overview. */
  | { kind: "watch"; jobs: readonly WatchedJob[] }
  /** Answers every message: how much of all updates has been processed. */
  | { kind: "acknowledge"; units: number }
  | { kind: "leave" };

export type ToTab =
  /** @property units its size, to be acknowledged. */
  | { kind: "update"; update: MultiplexedUpdate; units: number }
  | { kind: "status"; status: ConnectionStatus }
  /** Shows that the hub is alive. `serverTime` (ms) is the server's clock at this moment, when it is known. */
  | { kind: "tick"; serverTime: number | undefined }
  /** The tab did not keep up or did not respond, and gets nothing more until it joins again. */
  | { kind: "dropped" };

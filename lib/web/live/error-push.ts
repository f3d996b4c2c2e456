// Pushes the error rate to the watchers of the overview when it was read again. A summary has few messages; the page of all
// errors reads the others.
import type { Database } from "../../db/connection.ts";
import { readErrorRate } from "../../db/error-rates.ts";
import { createRefresher } from "./refresher.ts";
import type { EventStream } from "./stream.ts";

export const SUMMARY_MESSAGES_MAX = 10;

export type ErrorPush = {
  changed(): void;
  /** Sends what is known, or reads it. */
  greet(watcher: EventStream): void;
  /** The last watcher left: what is known would become stale. */
  reset(): void;
};

export function createErrorPush(options: {
  db: Database;
  /** False without an error source: then nothing is sent. */
  isEnabled: boolean;
  watchers: ReadonlySet<EventStream>;
  onError: (error: unknown) => void;
}): ErrorPush {
  const { db, isEnabled, watchers, onError } = options;
  let known: string | undefined;
  const refresher = createRefresher(async () => {
    if (!isEnabled || watchers.size === 0) return;
    const rate = JSON.stringify(await readErrorRate(db, SUMMARY_MESSAGES_MAX));
    if (watchers.size === 0) return;
    known = rate;
    for (const watcher of watchers) watcher.send("errors", rate);
  }, onError);

  return {
    changed: () => refresher.request(),
    greet(watcher) {
      if (known === undefined) refresher.request();
      else watcher.send("errors", known);
    },
    reset() {
      known = undefined;
    },
  };
}

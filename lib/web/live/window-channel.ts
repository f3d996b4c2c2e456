// The subscribers of one window. On each change of the window, its changes or their jobs the channel reads the window again,
// once for all watchers, and sends it if it differs. A window has at most fifty changes, so it is sent whole.
import { readWindow } from "../../actions/read-window.ts";
import type { Database } from "../../db/connection.ts";
import type { WindowEventName } from "../../contract/events.ts";
import { AppError } from "../../errors.ts";
import { createRefresher } from "./refresher.ts";
import type { EventStream, StreamOpener } from "./stream.ts";

/** Progress of its jobs is pushed at most this often; states are pushed at once. */
const PROGRESS_PAUSE_MS = 500;
const WINDOW_EVENT: WindowEventName = "window";

export type WindowChannel = {
  watch(open: StreamOpener): EventStream;
  changed(): void;
  /** A job changed, which may be one of the window. */
  jobChanged(jobId: number, what: "job" | "output"): void;
};

type Options = { db: Database; id: number; onEmpty: () => void; onError: (error: unknown) => void };

export function createWindowChannel({ db, id, onEmpty, onError }: Options): WindowChannel {
  const watchers = new Set<EventStream>();
  let seen: string | undefined;
  let jobIds: ReadonlySet<number> = new Set();
  let outputTimer: NodeJS.Timeout | undefined;
  const refresher = createRefresher(refresh, onError);

  async function refresh(): Promise<void> {
    if (watchers.size === 0) return;
    const window = await readWindow(db, id).catch((error: unknown) => {
      // A window that does not exist has no events. Another error is tried again.
      if (error instanceof AppError && error.code === "not_found") return undefined;
      throw error;
    });
    if (window === undefined) return;
    jobIds = new Set(window.items.flatMap(({ job }) => job?.id ?? []));
    const data = JSON.stringify(window);
    if (data === seen) return;
    seen = data;
    for (const watcher of watchers) watcher.send(WINDOW_EVENT, data);
  }

  return {
    watch(open) {
      const onClose = () => {
        watchers.delete(stream);
        if (watchers.size > 0) return;
        clearTimeout(outputTimer);
        onEmpty();
      };
      const stream: EventStream = open({ onDrain: () => undefined, onClose });
      watchers.add(stream);
      if (seen !== undefined) stream.send(WINDOW_EVENT, seen);
      refresher.request();
      return stream;
    },
    changed: () => refresher.request(),
    jobChanged(jobId, what) {
      if (!jobIds.has(jobId)) return;
      if (what === "job") return refresher.request();
      outputTimer ??= setTimeout(() => {
        outputTimer = undefined;
        refresher.request();
      }, PROGRESS_PAUSE_MS);
    },
  };
}

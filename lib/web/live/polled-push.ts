// Pushes a small document that changes without a notification, or not only with one: it is read at an interval, and sent when it
// differs from what was sent.
import type { EventStream } from "./stream.ts";

export type PolledPush = {
  /** Reads it, and sends it to all watchers if it has changed. Never rejects. */
  check(): Promise<void>;
  /** Sends what is known to a new watcher. */
  greet(watcher: EventStream): void;
  /** Without watchers, so that the next one gets no stale state. */
  reset(): void;
};

export function createPolledPush(options: {
  event: string;
  read: () => Promise<object>;
  watchers: ReadonlySet<EventStream>;
  onError: (error: unknown) => void;
}): PolledPush {
  const { event, read, watchers, onError } = options;
  let known: string | undefined;
  let isChecking = false;
  let isRequested = false;

  return {
    async check() {
      isRequested = true;
      if (isChecking) return;
      isChecking = true;
      try {
        while (isRequested) {
          isRequested = false;
          const data = JSON.stringify(await read());
          if (watchers.size === 0 || data === known) continue;
          known = data;
          for (const watcher of watchers) watcher.send(event, data);
        }
      } catch (error) {
        // The next poll reads it again.
        onError(error);
      } finally {
        isChecking = false;
      }
    },
    greet(watcher) {
      if (known !== undefined) watcher.send(event, known);
    },
    reset() {
      known = undefined;
    },
  };
}

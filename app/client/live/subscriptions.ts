// What the components of this tab subscribe to. One subscription gets the events of one job or window, or of the overview.
import type { MultiplexedUpdate } from "#lib/contract/events.ts";
import type { ConnectionStatus, Cursor, WatchedJob } from "./messages.ts";

/** As it came from the server. */
export type LiveEvent = { event: string; data: unknown };

export type Subscription = {
  /** Null for the overview, and for a window. */
  jobId: number | null;
  /** Null for the overview, and for a job. */
  windowId: number | null;
  /** The last event and line that the page has. Called whenever the tab joins the hub. */
  cursor: () => Cursor;
  onEvent: (event: LiveEvent) => void;
  onStatus: (status: ConnectionStatus | { phase: "ended" }) => void;
};

export function createSubscriptions() {
  const subscriptions = new Set<Subscription>();
  let status: ConnectionStatus = { phase: "connecting" };

  const deliver = (subscription: Subscription, event: LiveEvent) => {
    try {
      subscription.onEvent(event);
    } catch (error) {
      // An error in one component must not affect the others, or the acknowledgement.
      reportError(error);
    }
    if (event.event !== "end" || subscription.jobId === null) return;
    subscriptions.delete(subscription);
    subscription.onStatus({ phase: "ended" });
  };

  return {
    isEmpty: () => subscriptions.size === 0,
    add: (subscription: Subscription) => {
      subscriptions.add(subscription);
      subscription.onStatus(status);
    },
    /** @returns whether it was still subscribed. */
    remove: (subscription: Subscription) => subscriptions.delete(subscription),
    status: () => status,
    setStatus: (next: ConnectionStatus) => {
      status = next;
      for (const subscription of subscriptions) subscription.onStatus(next);
    },
    deliver: ({ jobId, windowId, event, data }: MultiplexedUpdate) => {
      for (const subscription of subscriptions) {
        if (subscription.jobId === jobId && subscription.windowId === windowId) {
          deliver(subscription, { event, data });
        }
      }
    },
    watched: (): { jobs: WatchedJob[]; windows: number[] } => {
      const jobs = new Map<number, Cursor>();
      for (const { jobId, cursor } of subscriptions) if (jobId !== null) jobs.set(jobId, cursor());
      return {
        jobs: [...jobs].map(([jobId, cursor]) => ({ jobId, cursor })),
        windows: [...new Set([...subscriptions].flatMap(({ windowId }) => windowId ?? []))],
      };
    },
  };
}

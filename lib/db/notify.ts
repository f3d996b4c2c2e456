// The notification channels. A payload is the number of a job and nothing else: receivers read the tables, and read them
// again after a lost connection. Exceptions are what is in no table: sealed secrets, and the ids of viewers.
import { type Database, query, type Transaction } from "./connection.ts";

export const CHANNELS = {
  /** State, interactions, phases, signals: anything that has a row in job_event. */
  job: "spiderpig_job",
  /** Output, progress and status. */
  output: "spiderpig_output",
  /** A lane was frozen or freed; the number is 0. */
  lane: "spiderpig_lane",
  /** A window, its changes or what is known about them; the number is that of the window. */
  window: "spiderpig_window",
  /** The error source was read, or could not be read. The number is 0. */
  errors: "spiderpig_errors",
  /** A sealed secret, which must not be in any row. */
  secret: "spiderpig_secret",
  /** A user lost sessions or a permission: their streams are checked at once. The number is 0, and the id of the user follows. */
  access: "spiderpig_access",
  /** The ids of the users who view a job in one web process (lib/web/live/presence.ts). */
  viewers: "spiderpig_viewers",
  /** The same for a window. */
  window_viewers: "spiderpig_window_viewers",
  /** The state of the train has changed; the number is 0. */
  train: "spiderpig_train",
} as const;
export type Channel = keyof typeof CHANNELS;

export async function notify(tx: Transaction, channel: Channel, jobId: number): Promise<void> {
  await tx.execute("select pg_notify($1, $2)", [CHANNELS[channel], String(jobId)]);
}

/** The web processes check the open streams of this user at once, and not only at the next heartbeat. */
export async function notifyAccess(tx: Transaction, userId: string): Promise<void> {
  await tx.execute("select pg_notify($1, $2)", [CHANNELS.access, `0 ${userId}`]);
}

/** Sends a sealed secret to the worker that has the job. It is in no table and no log; if it is lost, it is asked for again. */
export async function notifySecret(
  tx: Transaction,
  jobId: number,
  interactionId: number,
  sealed: string,
): Promise<void> {
  await tx.execute("select pg_notify($1, $2)", [CHANNELS.secret, `${jobId} ${interactionId} ${sealed}`]);
}

/** @param payloads each `<job or window> <process> <user>…`. */
export async function notifyViewers(
  db: Database,
  channel: "viewers" | "window_viewers",
  payloads: readonly string[],
): Promise<void> {
  await query(db, "select pg_notify($1, payload) from unnest($2::text[]) payload", [
    CHANNELS[channel],
    [...payloads],
  ]);
}

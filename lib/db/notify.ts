// Names of the notification channels. A payload is a job's number and (but for one) nothing else: it is a hint
// to look, the tables are the truth, and a lost one costs only the time until the next look.
import type { Transaction } from "./connection.ts";

export const CHANNELS = {
  /** State, interactions, phases, signals: anything that has a row in job_event. */
  job: "spiderpig_job",
  /** Output, progress and status. */
  output: "spiderpig_output",
  /** A lane was frozen or freed; the number is 0. */
  lane: "spiderpig_lane",
  /** Something for the worker that holds the job: an answer or a signal. */
  order: "spiderpig_order",
  /** The only one with a payload of its own: a sealed secret, which must not be in any row. */
  secret: "spiderpig_secret",
} as const;
export type Channel = keyof typeof CHANNELS;

export async function notify(tx: Transaction, channel: Channel, jobId: number): Promise<void> {
  await tx.execute("select pg_notify($1, $2)", [CHANNELS[channel], String(jobId)]);
}

/** Hands a sealed secret to the worker that listens. It is in no table and no log; lost, it has to be given again. */
export async function notifySecret(
  tx: Transaction,
  jobId: number,
  interactionId: number,
  sealed: string,
): Promise<void> {
  await tx.execute("select pg_notify($1, $2)", [CHANNELS.secret, `${jobId} ${interactionId} ${sealed}`]);
}

// Names of the notification channels. A payload is a job's number and (but for two) nothing else: it is a hint
// to look, the tables are the truth, and a lost one costs only the time until the next look.
import type { GivenAnswer } from "../domain/interaction.ts";
import type { Transaction } from "./connection.ts";

export const CHANNELS = {
  /** State, interactions, phases, signals: anything that has a row in job_event. */
  job: "spiderpig_job",
  /** Output, progress and status. */
  output: "spiderpig_output",
  /** A lane was frozen or freed; the number is 0. */
  lane: "spiderpig_lane",
  /** Something for the worker that holds the job: a signal, or an answer, which may come along. */
  order: "spiderpig_order",
  /** A sealed secret, which must not be in any row. */
  secret: "spiderpig_secret",
} as const;
export type Channel = keyof typeof CHANNELS;

export async function notify(tx: Transaction, channel: Channel, jobId: number): Promise<void> {
  await tx.execute("select pg_notify($1, $2)", [CHANNELS[channel], String(jobId)]);
}

/** What PostgreSQL takes is 8000 bytes. */
const PAYLOAD_BYTES_MAX = 7500;

/**
 * Tells the worker of an answer that this transaction stores. The notification leaves with the commit, so it is as true
 * as the row, and saves the worker the journey to read it; one that is too long is read there.
 */
export async function notifyAnswer(tx: Transaction, jobId: number, answer: GivenAnswer): Promise<void> {
  const whole = `${jobId} ${JSON.stringify(answer)}`;
  const payload = Buffer.byteLength(whole) <= PAYLOAD_BYTES_MAX ? whole : String(jobId);
  await tx.execute("select pg_notify($1, $2)", [CHANNELS.order, payload]);
}

/** @param rest what an order's notification has besides the number. */
export function answerIn(rest: string): GivenAnswer | undefined {
  return rest === "" ? undefined : (JSON.parse(rest) as GivenAnswer);
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

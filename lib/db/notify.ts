// Names of the notification channels. A payload is a job's number and (but for two) nothing else: it is a hint
// to look, the tables are the truth, and a lost one costs only the time until the next look.
import { z } from "zod";
import { type GivenAnswer, INTERACTION_KINDS } from "../domain/interaction.ts";
import { answerValue } from "../contract/interaction.ts";
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

/** A notification that is made in one place and leaves with a statement made in another. */
export type Announcement = { channel: string; payload: string };

/**
 * An answer as the worker is told of it. The token is the question's own: it proves that whoever tells may write answers,
 * while anybody who may connect to the database may notify.
 */
export type NotifiedAnswer = GivenAnswer & { answerToken: string };

/**
 * Tells the worker of an answer. It leaves with the commit that stores it, so it is as true as the row, and saves the
 * worker the journey to read it; one that is too long is read there.
 */
export function announceAnswer(jobId: number, answer: NotifiedAnswer): Announcement {
  const whole = `${jobId} ${JSON.stringify(answer)}`;
  const payload = Buffer.byteLength(whole) <= PAYLOAD_BYTES_MAX ? whole : String(jobId);
  return { channel: CHANNELS.order, payload };
}

const notifiedAnswer: z.ZodType<NotifiedAnswer> = z.object({
  interactionId: z.int(),
  promptKey: z.string(),
  kind: z.enum(INTERACTION_KINDS),
  value: answerValue.nullable(),
  answeredBy: z.string(),
  answerToken: z.string(),
});

/**
 * @param rest what an order's notification has besides the number.
 * @returns undefined when there is nothing, or nothing of this version: the rows have it then.
 */
export function answerIn(rest: string): NotifiedAnswer | undefined {
  try {
    return notifiedAnswer.safeParse(JSON.parse(rest)).data;
  } catch {
    return undefined;
  }
}

/** Hands a sealed secret to the worker that listens. It is in no table and no log; lost, it has to be given again. */
export function announceSecret(jobId: number, interactionId: number, sealed: string): Announcement {
  return { channel: CHANNELS.secret, payload: `${jobId} ${interactionId} ${sealed}` };
}

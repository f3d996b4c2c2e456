// Signals: requests to interrupt, terminate or kill a running job.
import { z } from "zod";
import { SIGNAL_KINDS } from "../domain/signal.ts";
import { id, time } from "./fields.ts";

export const signalRecord = z.object({
  id,
  kind: z.enum(SIGNAL_KINDS),
  /** `policy` if an expired question caused the signal. */
  requestedBy: z.string(),
  /** The expired question that caused the signal; null when a person requested it. */
  expiredInteractionId: id.nullable(),
  requestedAt: time,
  /** When the worker sent it, or found no process to send it to; null before. */
  deliveredAt: time.nullable(),
});
export type SignalRecord = z.infer<typeof signalRecord>;

export const signalRequest = z.strictObject({ kind: z.enum(SIGNAL_KINDS) });

/** The signal that was requested; the job's `signals` say when it was delivered. */
export const signalAccepted = z.object({ id });

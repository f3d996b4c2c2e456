// What people decided about a job: who ended it, and which failed checks they ignored.
import { z } from "zod";
import { SIGNAL_KINDS } from "../domain/signal.ts";
import { id } from "./fields.ts";

/** Who ended a job, and at which question. */
export const decision = z.object({
  /** `policy` when a question expired. */
  user: z.string(),
  /** The question that was answered, or that was open when the signal was requested; null when there was none. */
  interactionId: id.nullable(),
  question: z.string().nullable(),
  /** The text of the answer; null for a signal or a cancellation. */
  answer: z.string().nullable(),
  signal: z.enum(SIGNAL_KINDS).nullable(),
});
export type Decision = z.infer<typeof decision>;

export const ignoredCheck = z.object({ interactionId: id, question: z.string(), answeredBy: z.string() });
export type IgnoredCheck = z.infer<typeof ignoredCheck>;

// Lanes: which job holds one, and whether it is frozen.
import { z } from "zod";
import { id, instant, time, note } from "./fields.ts";

export const lane = z.object({
  name: z.string(),
  /** The job that keeps it; null when the next may start. */
  heldBy: id.nullable(),
  freeze: z
    .object({ reason: z.string(), frozenBy: z.string(), frozenAt: time, until: time.nullable() })
    .nullable(),
});
export type Lane = z.infer<typeof lane>;

export const freezeRequest = z.strictObject({
  reason: note,
  /** When it ends by itself; without it somebody has to lift it. */
  until: instant.optional(),
});

/** What was just frozen. */
export const laneFreeze = z.object({
  lane: z.string(),
  reason: z.string(),
  frozenBy: z.string(),
  until: time.nullable(),
});

/** What was found on the servers, in the words of whoever looked. */
export const laneReleaseRequest = z.strictObject({ note: note });

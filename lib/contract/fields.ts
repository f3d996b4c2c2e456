// The types of fields that several endpoints share. Times are ISO 8601: UTC in responses, any offset in requests.
import { z } from "zod";
import { ID_MAX } from "../domain/id.ts";
import { parseInstant } from "../domain/instant.ts";
import { textProblem } from "../domain/person-text.ts";

export const time = z.iso.datetime();

export const id = z.int().positive().max(ID_MAX);

/** A time in a request, turned into UTC. */
export const instant = z
  .string()
  .meta({ format: "date-time" })
  .transform((text, context) => {
    const utc = parseInstant(text);
    if (utc !== undefined) return utc;
    context.addIssue("Expected a date and time with an offset, for example 2026-12-01T10:00:00+01:00");
    return z.NEVER;
  });

export const idInQuery = z.coerce.number().int().positive().max(ID_MAX);

/** Text that a person writes about what they do. The history shows it. */
export const note = z
  .string()
  .trim()
  .min(1)
  .max(500)
  .superRefine((text, context) => {
    const problem = textProblem(text);
    if (problem !== undefined) context.addIssue(problem);
  });

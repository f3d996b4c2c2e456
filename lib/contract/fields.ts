// The types of fields that several endpoints share. Times are ISO 8601: UTC in responses, any offset in requests.
import { z } from "zod";
import { ID_MAX } from "../domain/id.ts";
import { parseInstant } from "../domain/instant.ts";
import { textProblem } from "../domain/person-text.ts";

export const time = z.iso.datetime();

export const id = z.int().positive().max(ID_MAX);

/** A whole number in a path or a query. Ten digits are more than any of them may have. */
export const numberText = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,10}$/, "Expected a whole number")
    .transform(Number)
    .pipe(z.int().min(min).max(max));

/** An id in a path or a query. It fits the database's integer: no row can have another. */
export const idText = numberText(1, ID_MAX);

/** The parameter of every path below `/api/jobs/{id}`. */
export const jobParams = z.object({ id: idText });

/** Several values in a query, separated by commas. */
export const listText = <Item extends z.ZodType<unknown, string>>(item: Item) =>
  z
    .string()
    .transform((text) => text.split(","))
    .pipe(z.array(item));

/** A time in a request, turned into UTC. */
export const instant = z
  .string()
  .transform((text, context) => {
    const utc = parseInstant(text);
    if (utc !== undefined) return utc;
    context.addIssue("Expected a date and time with an offset, for example 2026-12-01T10:00:00+01:00");
    return z.NEVER;
  })
  .meta({ type: "string", format: "date-time" });

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

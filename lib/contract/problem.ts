// Errors as problem documents (RFC 9457).
import { z } from "zod";
import { refusedChange } from "./change.ts";
import { interaction } from "./interaction.ts";

/** RFC 9457. `code` is stable; branch on it. */
export const problem = z.looseObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string().optional(),
  code: z.string(),
  /** What is wrong with the request, by field: a path such as `changes.0`, or the name of a query parameter. */
  errors: z.array(z.object({ field: z.string(), detail: z.string() })).optional(),
  /** Present when changes were refused. */
  refused: z.array(refusedChange).optional(),
  /** Present if another answer was first. */
  interaction: interaction.optional(),
});
export type ProblemDocument = z.infer<typeof problem>;

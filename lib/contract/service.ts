// The state of SpiderPig itself.
import { z } from "zod";

export const health = z.object({
  status: z.enum(["ok", "degraded"]),
  database: z.enum(["ok", "unreachable"]),
  /** Workers seen within the last seconds. */
  workers: z.int(),
  version: z.string(),
});
export type Health = z.infer<typeof health>;

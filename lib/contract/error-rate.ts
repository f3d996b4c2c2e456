// Errors of the servers, as the error source reports them.
import { z } from "zod";
import { type Endpoint, json } from "./endpoint.ts";
import { time } from "./fields.ts";

export const errorMessage = z.object({
  /** Numbers, ids, hashes and quoted values are replaced by an ellipsis. */
  text: z.string(),
  /** When it first occurred, as far as SpiderPig knows: a message that did not occur for a day counts as new. */
  firstSeenAt: time,
  /** In the last ten minutes. */
  errors: z.int(),
  /** The same by version of the program, the most first. The version is empty if it is not known. */
  versions: z.array(z.object({ version: z.string(), errors: z.int() })),
});
export type ErrorMessage = z.infer<typeof errorMessage>;

export const errorRate = z.object({
  /** The data is complete up to here; null before the first reading. */
  asOf: time.nullable(),
  /** Why the error source cannot be read, and since when; null if the last reading succeeded. */
  failure: z.object({ since: time, reason: z.string() }).nullable(),
  /** Errors in the minute before `asOf`. */
  perMinute: z.number().nullable(),
  /** The minutes of the last half hour that were read, by their start, the oldest first. */
  minutes: z.array(z.object({ at: time, errors: z.int() })),
  /** Those that first occurred since the running deployments began come first, then the most frequent. */
  messages: z.array(errorMessage),
});
export type ErrorRate = z.infer<typeof errorRate>;

export const errorEndpoints = {
  readErrorRate: {
    method: "GET",
    path: "/api/errors",
    summary: "Read the error rate of the servers and the messages of the last ten minutes, at most 200.",
    permission: "view",
    response: json(errorRate, 200),
    problems: ["error_source_not_configured"],
  },
} as const satisfies Record<string, Endpoint>;

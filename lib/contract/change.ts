// Changes: code reviews in Gerrit, as jobs and the search show them.
import { z } from "zod";
import type { ErrorCode } from "../errors.ts";
import { type Endpoint, json } from "./endpoint.ts";
import { id } from "./fields.ts";

export const change = z.object({
  number: id,
  /** The current patch set when the job was created; null when Gerrit did not say. */
  patchSet: z.int().nullable(),
  project: z.string(),
  branch: z.string(),
  subject: z.string(),
  owner: z.string(),
  url: z.url(),
});
export type Change = z.infer<typeof change>;

/** A change of a job. */
export const jobChange = change.extend({
  /** The patch set that was merged, where scap found a newer one than `patchSet`; null where it did not. */
  mergedPatchSet: z.int().nullable(),
});
export type JobChange = z.infer<typeof jobChange>;

/** A change as the search finds it. */
export const foundChange = change.extend({
  /** In Gerrit: `NEW`, `MERGED` or `ABANDONED`. */
  status: z.string(),
  /** Why the change cannot be deployed, as a sentence; null if it can. */
  refusal: z.string().nullable(),
});
export type FoundChange = z.infer<typeof foundChange>;

export const changeQuery = z.strictObject({ q: z.string().trim().min(1).max(500) });

export const changeList = z.object({ changes: z.array(foundChange) });

/** A requested change that cannot be deployed: what the request named, and why, as a sentence. */
export const refusedChange = z.object({ input: z.string(), reason: z.string() });
export type RefusedChange = z.infer<typeof refusedChange>;

/** Of every endpoint that sends requests to Gerrit. */
export const GERRIT_PROBLEMS = [
  "gerrit_query_refused",
  "gerrit_unreachable",
  "gerrit_timeout",
  "gerrit_untrusted",
  "gerrit_failed",
  "gerrit_sign_in_required",
  "gerrit_redirected",
  "gerrit_not_found",
  "gerrit_answer_incomplete",
  "gerrit_answer_invalid",
] as const satisfies readonly ErrorCode[];

export const changeEndpoints = {
  findChanges: {
    method: "GET",
    path: "/api/changes",
    summary: "Search changes in Gerrit.",
    permission: "view",
    query: changeQuery,
    response: json(changeList, 200),
    problems: GERRIT_PROBLEMS,
  },
} as const satisfies Record<string, Endpoint>;

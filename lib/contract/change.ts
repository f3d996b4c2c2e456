// Changes: code reviews in Gerrit, as jobs and the search show them.
import { z } from "zod";
import { DEPENDENCY_KINDS } from "../domain/change-dependency.ts";
import { JOB_STATES, OUTCOMES } from "../domain/job.ts";
import type { ErrorCode } from "../errors.ts";
import { type Endpoint, json } from "./endpoint.ts";
import { id, idText, time } from "./fields.ts";
import { jobOperation } from "./operation.ts";

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

export const changedFile = z.object({
  path: z.string(),
  status: z.enum(["added", "modified", "deleted", "renamed", "copied"]),
  isBinary: z.boolean(),
  inserted: z.int(),
  deleted: z.int(),
});
export type ChangedFile = z.infer<typeof changedFile>;

/** A label of Gerrit, such as `Code-Review` or `Verified`, and the votes that are not 0. */
export const changeLabel = z.object({
  name: z.string(),
  min: z.int(),
  max: z.int(),
  votes: z.array(z.object({ value: z.int(), by: z.string() })),
});

/** Another change that has to be merged first. */
export const changeDependency = z.object({
  /** `parent`: an ancestor of its commit. `depends_on`: named by a `Depends-On` footer. */
  kind: z.enum(DEPENDENCY_KINDS),
  number: id,
  project: z.string(),
  branch: z.string(),
  subject: z.string(),
  /** In Gerrit: `NEW`, `MERGED` or `ABANDONED`. */
  status: z.string(),
});

/** A job that contains the change. */
export const changeJob = z.object({
  id,
  kind: z.string(),
  operation: jobOperation,
  state: z.enum(JOB_STATES),
  outcome: z.enum(OUTCOMES).nullable(),
  requestedBy: z.string(),
  /** The patch set that was merged for it, or the current one when it was created. */
  patchSet: z.int().nullable(),
  createdAt: time,
  finishedAt: time.nullable(),
});

/** `change` stands for everything that Gerrit knows about the change itself: message, files and votes. */
const unknownFactName = z.enum(["change", "mergeable", "dependencies"]);
export type UnknownFactName = z.infer<typeof unknownFactName>;

/** What could not be read from Gerrit, and why, as a problem code and a sentence. */
export const unknownFact = z.object({ fact: unknownFactName, code: z.string(), reason: z.string() });
export type UnknownFact = z.infer<typeof unknownFact>;

/** What is known about a change before it is deployed. Null: unknown (`unknown` says why), or not applicable. */
export const changeDetails = z.object({
  change: foundChange.nullable(),
  isWorkInProgress: z.boolean().nullable(),
  /** The commit message of the current patch set. */
  message: z.string().nullable(),
  /** The first 500 files. */
  files: z.array(changedFile).nullable(),
  fileCount: z.int().nullable(),
  labels: z.array(changeLabel).nullable(),
  /** Whether it merges without a conflict; null for a closed change. */
  isMergeable: z.boolean().nullable(),
  dependencies: z.array(changeDependency).nullable(),
  /** `Depends-On` footers that name no change of this Gerrit. */
  unresolvedDependencies: z.array(z.string()).nullable(),
  /** The latest jobs with this change, newest first. */
  jobs: z.array(changeJob),
  unknown: z.array(unknownFact),
});
export type ChangeDetails = z.infer<typeof changeDetails>;

export const changeParams = z.object({ number: idText });

/** Needed only when several projects have a change with this number. */
export const changeDetailsQuery = z.strictObject({ project: z.string().trim().min(1).max(300).optional() });

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
  readChange: {
    method: "GET",
    path: "/api/changes/{number}",
    summary:
      "Get what is known about a change before it is deployed: commit message, files, votes, mergeability, dependencies and earlier jobs.",
    permission: "view",
    params: changeParams,
    query: changeDetailsQuery,
    response: json(changeDetails, 200),
    problems: ["change_not_found"],
  },
} as const satisfies Record<string, Endpoint>;

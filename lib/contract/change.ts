// Changes: code reviews in Gerrit, as jobs and the search show them.
import { z } from "zod";
import { id } from "./fields.ts";

export const change = z.object({
  number: id,
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

/** A change as the entry box sees it: with the reason, when it cannot be deployed. */
export const foundChange = change.extend({
  status: z.string(),
  /** Null when it may be queued; otherwise a sentence for people. */
  refusal: z.string().nullable(),
});
export type FoundChange = z.infer<typeof foundChange>;

export const changeQuery = z.object({ q: z.string().trim().min(1).max(500) });

export const changeList = z.object({ changes: z.array(foundChange) });

export const refusedChange = z.object({ input: z.string(), reason: z.string() });
export type RefusedChange = z.infer<typeof refusedChange>;

// A change as Gerrit sends it (ChangeInfo), and as the page shows it.
import { z } from "zod";
import { changeAddress } from "../domain/change-reference.ts";
import { parseInstant } from "../domain/instant.ts";
import type { FoundChange } from "../contract/change.ts";

const account = z.object({
  name: z.string().optional(),
  username: z.string().optional(),
  email: z.string().optional(),
});

export const changeInfo = z.object({
  _number: z.int(),
  change_id: z.string().optional(),
  project: z.string(),
  branch: z.string(),
  subject: z.string(),
  status: z.string(),
  work_in_progress: z.boolean().optional(),
  owner: account.optional(),
  current_revision: z.string().optional(),
  revert_of: z.int().optional(),
  /** When it was merged. */
  submitted: z.string().optional(),
  revisions: z
    .record(
      z.string(),
      z.object({
        _number: z.int(),
        /** When the patch set was uploaded. */
        created: z.string().optional(),
        commit: z.object({ message: z.string() }).optional(),
      }),
    )
    .optional(),
});
export type ChangeInfo = z.infer<typeof changeInfo>;

/** With the options of a request for the details. */
export const detailedChangeInfo = changeInfo.extend({
  labels: z
    .record(
      z.string(),
      z.object({
        values: z.record(z.string(), z.string()).optional(),
        all: z.array(account.extend({ value: z.int().optional() })).optional(),
      }),
    )
    .optional(),
  revisions: z
    .record(
      z.string(),
      z.object({
        _number: z.int(),
        commit: z.object({ message: z.string() }).optional(),
        files: z
          .record(
            z.string(),
            z.object({
              status: z.string().optional(),
              binary: z.boolean().optional(),
              old_path: z.string().optional(),
              lines_inserted: z.int().optional(),
              lines_deleted: z.int().optional(),
            }),
          )
          .optional(),
      }),
    )
    .optional(),
});
export type DetailedChangeInfo = z.infer<typeof detailedChangeInfo>;

export function nameOf(person: z.infer<typeof account> | undefined): string {
  return person?.name ?? person?.username ?? person?.email ?? "unknown";
}

function currentRevision<Revision>({
  current_revision: current,
  revisions,
}: {
  current_revision?: string | undefined;
  revisions?: Record<string, Revision> | undefined;
}): Revision | undefined {
  return current === undefined ? undefined : revisions?.[current];
}

/** The commit message of the current patch set; only with the option CURRENT_COMMIT. */
export function messageOf(info: ChangeInfo): string | undefined {
  return currentRevision(info)?.commit?.message;
}

/** When the current patch set was uploaded, and when the change was merged. */
export function timesOf(info: ChangeInfo): { uploadedAt: Date | undefined; mergedAt: Date | undefined } {
  return { uploadedAt: toDate(currentRevision(info)?.created), mergedAt: toDate(info.submitted) };
}

/** Gerrit's times are in UTC and name no zone. One that is none is unknown: it must not prevent a deployment. */
function toDate(time: string | undefined): Date | undefined {
  const utc = time === undefined ? undefined : parseInstant(`${time}Z`);
  return utc === undefined ? undefined : new Date(utc);
}

export function toFoundChange(info: ChangeInfo, baseUrl: string): FoundChange {
  const revision = currentRevision(info);
  return {
    number: info._number,
    patchSet: revision?._number ?? null,
    project: info.project,
    branch: info.branch,
    subject: info.subject,
    owner: nameOf(info.owner),
    url: changeAddress(baseUrl, info.project, info._number),
    status: info.status,
    refusal: refusalOf(info),
  };
}

/** Only what scap itself would refuse at once. scap asks about everything else. */
function refusalOf(info: ChangeInfo): string | null {
  if (info.status === "ABANDONED") return "This change was abandoned. Restore it in Gerrit first.";
  if (info.work_in_progress === true) {
    return "This change is marked as work in progress. Mark it as ready first.";
  }
  return null;
}

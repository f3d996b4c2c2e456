// What a deployer should know about a change: from Gerrit, and from the history of deployments.
import type { Database } from "../db/connection.ts";
import { listJobsOfChange } from "../db/change-jobs.ts";
import { ambiguity } from "../domain/change-reference.ts";
import { AppError } from "../errors.ts";
import type { Gerrit } from "../gerrit/client.ts";
import type { ChangeDetails } from "../contract/change.ts";

/** @throws AppError change_not_found. When Gerrit fails, the jobs are still known. */
export async function readChange(
  { db, gerrit }: { db: Database; gerrit: Gerrit },
  { number, project }: { number: number; project?: string | undefined },
): Promise<ChangeDetails> {
  const { isMissing, projects, ...details } = await gerrit.readDetails({ number, project });
  if (isMissing) {
    const isAmbiguous = project === undefined && projects.length > 1;
    throw new AppError("change_not_found", {
      detail: isAmbiguous
        ? ambiguity(projects.map((one) => ({ project: one, number })))
        : `Gerrit has no change ${number}${project === undefined ? "" : ` in ${project}`}.`,
    });
  }
  return { ...details, jobs: await listJobsOfChange(db, number, details.change?.project ?? project) };
}

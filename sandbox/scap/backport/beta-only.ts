// Changes that only concern the beta cluster. They are merged and checked out, but not synced: the beta cluster, which the
// sandbox does not have, uses the branch.
import type { Change, Gerrit } from "../gerrit.ts";
import type { Session } from "../session.ts";

const BETA_ONLY_FILES: ReadonlySet<string> = new Set(["wmf-config/labs.json"]);

/** Whether the changes touch files of the beta cluster and nothing else. */
export async function areBetaOnly(
  session: Session,
  gerrit: Gerrit,
  changes: readonly Change[],
): Promise<boolean> {
  for (const change of changes) {
    if (change.project !== session.settings.sandbox.mainProject) return false;
    const files = await gerrit.listFiles(change);
    if (files.length === 0 || !files.every((file) => BETA_ONLY_FILES.has(file))) return false;
  }
  return true;
}

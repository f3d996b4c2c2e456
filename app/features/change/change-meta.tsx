import { visibleText } from "#lib/domain/visible-text.ts";
import type { Change, JobChange } from "#lib/contract/change.ts";
import styles from "./change-meta.module.css";

/** Project, branch, owner and patch set of a change; for a job, the patch set that was merged. */
export function ChangeMeta({ change }: { change: Change | JobChange }) {
  const merged = "mergedPatchSet" in change ? change.mergedPatchSet : null;
  const patchSet = merged ?? change.patchSet;
  return (
    <span className={styles.meta}>
      <span>{visibleText(change.project)}</span>
      <span>{visibleText(change.branch)}</span>
      <span>{visibleText(change.owner)}</span>
      {patchSet !== null && <span>patch set {patchSet}</span>}
    </span>
  );
}

import { visibleText } from "#lib/domain/visible-text.ts";
import type { Change } from "#lib/wire/schemas.ts";
import styles from "./change-meta.module.css";

/** Where a change belongs and whose it is. */
export function ChangeMeta({ change }: { change: Change }) {
  return (
    <span className={styles["meta"]}>
      <span>{visibleText(change.project)}</span>
      <span>{visibleText(change.branch)}</span>
      <span>{visibleText(change.owner)}</span>
      {change.patchSet !== null && <span>patch set {change.patchSet}</span>}
    </span>
  );
}

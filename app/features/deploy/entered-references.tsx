"use client";
import { listOf } from "#lib/domain/change-reference.ts";
import { CHANGES_MAX } from "#lib/domain/job.ts";
import { Button } from "../../ui/button.tsx";
import styles from "./search-results.module.css";

type EnteredReferencesProps = { references: readonly string[]; onSelect: () => void };

/** Offered while several numbers are being typed: they are selected by Enter, or by this button. */
export function EnteredReferences({ references, onSelect }: EnteredReferencesProps) {
  const isTooMany = references.length > CHANGES_MAX;
  return (
    <div
      role="presentation"
      className={styles.popup}
      // The input keeps the focus, so that a click does not close this before it counts.
      onMouseDown={(event) => event.preventDefault()}
    >
      <output className={styles.status}>
        {isTooMany
          ? `A job can have at most ${CHANGES_MAX} changes.`
          : `Press Enter to select ${listOf(references, "and")}.`}
      </output>
      <div className={styles.status}>
        <Button tone="progressive" onClick={onSelect}>
          Select {references.length} changes
        </Button>
      </div>
    </div>
  );
}

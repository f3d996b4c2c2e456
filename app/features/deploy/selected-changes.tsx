"use client";
import { changeReference } from "#lib/domain/change-reference.ts";
import { useFocusTarget } from "../../ui/use-restored-focus.ts";
import type { DetailsByChange } from "./use-change-details.ts";
import type { Selection } from "./use-selection.ts";
import { SelectedChange } from "./selected-change.tsx";
import styles from "./selected-changes.module.css";

export const SELECTED_CHANGES = "selected changes";

type SelectedChangesProps = { selection: Selection; details: DetailsByChange; isLocked: boolean };

/** The changes that will be deployed, in this order. */
export function SelectedChanges({ selection, details, isLocked }: SelectedChangesProps) {
  const { entries, remove } = selection;
  // Receives focus when a change is removed; the next remove button must not, or a second Enter would remove that change.
  const focusTarget = useFocusTarget<HTMLDivElement>(SELECTED_CHANGES);
  return (
    <div {...focusTarget}>
      {entries.length > 0 && (
        <ul className={styles.list} aria-label="Selected changes">
          {entries.map((entry) => (
            <SelectedChange
              key={entry.reference}
              entry={entry}
              details={entry.phase === "found" ? details.get(changeReference(entry.change)) : undefined}
              isLocked={isLocked}
              onRemove={() => remove(entry.reference)}
              onRetry={selection.retry}
            />
          ))}
        </ul>
      )}
    </div>
  );
}

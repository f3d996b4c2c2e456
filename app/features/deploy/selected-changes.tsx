"use client";
import { cdxIconClose } from "@wikimedia/codex-icons";
import { useFocusTarget } from "../../ui/use-restored-focus.ts";
import type { Selection } from "./use-selection.ts";
import { ChangeRow } from "../change/change-row.tsx";
import { IconButton } from "../../ui/button.tsx";
import styles from "./selected-changes.module.css";

export const SELECTED_CHANGES = "selected changes";

/** The changes that will be deployed, in this order. */
export function SelectedChanges({ selection, isLocked }: { selection: Selection; isLocked: boolean }) {
  const { selected, pending, remove } = selection;
  // Receives focus when a change is removed; the next remove button must not, or a second Enter would remove that change.
  const focusTarget = useFocusTarget<HTMLDivElement>(SELECTED_CHANGES);
  return (
    <div {...focusTarget} aria-live="polite">
      {(selected.length > 0 || pending.length > 0) && (
        <ul className={styles.list} aria-label="Selected changes">
          {selected.map((change) => (
            <ChangeRow
              key={change.number}
              change={change}
              action={
                <IconButton
                  label={`Remove change ${change.number}`}
                  icon={cdxIconClose}
                  disabled={isLocked}
                  onClick={() => remove(change.number)}
                />
              }
            />
          ))}
          {pending.map((reference) => (
            <li key={reference} className={styles.pending}>
              Searching for {reference}…
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

"use client";
import { cdxIconClose } from "@wikimedia/codex-icons";
import { useFocusTarget } from "../../ui/use-restored-focus.ts";
import type { Selection } from "../change/use-selection.ts";
import { ChangeRow } from "../change/change-row.tsx";
import { IconButton } from "../../ui/button.tsx";
import styles from "./selected-changes.module.css";

export const SELECTED_CHANGES = "chosen changes";

/** What the button will deploy, in this order. */
export function SelectedChanges({ selection, isLocked }: { selection: Selection; isLocked: boolean }) {
  const { selected, pending, remove } = selection;
  // From the button of a removed change. Not to the next one: a second Enter would remove another change.
  const place = useFocusTarget<HTMLDivElement>(SELECTED_CHANGES);
  return (
    <div {...place} aria-live="polite">
      {(selected.length > 0 || pending.length > 0) && (
        <ul className={styles.list} aria-label="Chosen changes">
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
              Looking for {reference}…
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

"use client";
import { useRef } from "react";
import { cdxIconClose } from "@wikimedia/codex-icons";
import type { Selection } from "../../hooks/use-selection.ts";
import { ChangeRow } from "../ui/change-row.tsx";
import { IconButton } from "../ui/button.tsx";
import styles from "./chosen-changes.module.css";

/** What the button will deploy, in this order. */
export function ChosenChanges({ selection, isLocked }: { selection: Selection; isLocked: boolean }) {
  const { chosen, pending, remove } = selection;
  const place = useRef<HTMLDivElement>(null);
  return (
    <div ref={place} aria-live="polite" tabIndex={-1}>
      {(chosen.length > 0 || pending.length > 0) && (
        <ul className={styles["list"]} aria-label="Chosen changes">
          {chosen.map((change) => (
            <ChangeRow
              key={change.number}
              change={change}
              action={
                <IconButton
                  label={`Remove change ${change.number}`}
                  icon={cdxIconClose}
                  disabled={isLocked}
                  onClick={() => {
                    remove(change.number);
                    // The button goes. Not to the next one: a second Enter would remove another change.
                    place.current?.focus({ preventScroll: true });
                  }}
                />
              }
            />
          ))}
          {pending.map((reference) => (
            <li key={reference} className={styles["pending"]}>
              Looking for {reference}…
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

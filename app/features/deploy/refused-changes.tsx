"use client";
import { cdxIconClose } from "@wikimedia/codex-icons";
import type { RefusedChange } from "#lib/contract/change.ts";
import { IconButton } from "../../ui/button.tsx";
import { Notice } from "../../ui/notice.tsx";
import styles from "./refused-changes.module.css";

/** The changes that cannot be deployed, with reasons. No job was queued. */
export function RefusedChanges({
  refused,
  onClose,
}: {
  refused: readonly RefusedChange[];
  onClose: () => void;
}) {
  if (refused.length === 0) return null;
  return (
    <Notice
      tone="error"
      live="assertive"
      action={<IconButton label="Dismiss" icon={cdxIconClose} onClick={onClose} />}
    >
      <ul className={styles.list} aria-label="Refused changes">
        {refused.map(({ input, reason }) => (
          <li key={input}>
            <strong>{input}</strong>: {reason}
          </li>
        ))}
      </ul>
    </Notice>
  );
}

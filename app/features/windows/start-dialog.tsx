"use client";
import { changeNumbers, deployLabel } from "../../text/labels.ts";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import type { Start } from "./use-start.ts";
import type { ItemFinding } from "./window-findings.ts";

type StartDialogProps = { start: Start; findings: ReadonlyMap<number, readonly ItemFinding[]> };

/** Asks again when scap will certainly refuse a change. It does not prevent the deployment. */
export function StartDialog({ start: { unconfirmed, confirm, cancel }, findings }: StartDialogProps) {
  const changes = unconfirmed.map(({ change }) => change);
  return (
    <ConfirmDialog
      isOpen={changes.length > 0}
      title={`scap will refuse to deploy ${changeNumbers(changes)}`}
      action={deployLabel(changes)}
      isDestructive={false}
      onConfirm={confirm}
      onClose={cancel}
    >
      <ul>
        {changes.flatMap(({ number }) =>
          (findings.get(number) ?? [])
            .filter(({ level }) => level === "block")
            .map(({ text }) => (
              <li key={`${number} ${text}`}>
                Change {number} {text}
              </li>
            )),
        )}
      </ul>
    </ConfirmDialog>
  );
}

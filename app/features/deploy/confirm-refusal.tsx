"use client";
import type { Finding } from "#lib/domain/preflight.ts";
import { findingText } from "../../text/preflight-text.ts";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";

type ConfirmRefusalProps = {
  isOpen: boolean;
  action: string;
  blocks: readonly Finding[];
  isEnabled: boolean;
  onConfirm: () => void;
  onClose: () => void;
};

/** A deployment that scap would certainly refuse is queued only after this. */
export function ConfirmRefusal({ blocks, ...dialog }: ConfirmRefusalProps) {
  return (
    <ConfirmDialog {...dialog} title="Deploy although scap will refuse it?" isDestructive={false}>
      <ul>
        {blocks.map((finding, index) => (
          <li key={index}>
            <strong>{finding.change}</strong> {findingText(finding)}
          </li>
        ))}
      </ul>
    </ConfirmDialog>
  );
}

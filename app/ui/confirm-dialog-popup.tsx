"use client";
// Asks for confirmation in a dialog. Cancel has the focus, so that a second Enter does not confirm. The confirming button
// ignores clicks for a moment, presses that began earlier, and the second click of a double click, however slow the system
// lets it be.
import { useRef, type ReactNode } from "react";
import { AlertDialog } from "@base-ui/react/alert-dialog";
import { useInteractive } from "./use-interactive.ts";
import { Button, buttonClass, ignoreKeyRepeat } from "./button.tsx";
import { DialogContent } from "./dialog-content.tsx";
import styles from "./confirm-dialog.module.css";

export type ConfirmDialogProps = {
  isOpen: boolean;
  title: string;
  /** The label of the confirming button, the same as that of the button that opened the dialog. */
  action: string;
  isDestructive: boolean;
  /** False when the subject of the dialog no longer exists, or the connection is lost. */
  isEnabled?: boolean;
  onConfirm: () => void;
  onClose: () => void;
  children: ReactNode;
};

/** "Cancel" beside an action such as "Cancel and seek help" would be ambiguous. */
function dismissLabel(action: string): string {
  return /\bcancel\b/i.test(action) ? "Go back" : "Cancel";
}

export default function ConfirmDialogPopup(props: ConfirmDialogProps) {
  const { isOpen, title, action, isDestructive, isEnabled = true, onConfirm, onClose, children } = props;
  const dismiss = useRef<HTMLButtonElement>(null);
  const isInteractive = useInteractive(isOpen);
  return (
    <AlertDialog.Root open={isOpen} onOpenChange={(open) => (open ? undefined : onClose())}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className={styles.backdrop} />
        <AlertDialog.Popup className={styles.popup} initialFocus={dismiss}>
          <DialogContent>
            <AlertDialog.Title className={styles.title}>{title}</AlertDialog.Title>
            <AlertDialog.Description className={styles.text} render={<div />}>
              {children}
            </AlertDialog.Description>
            <div className={styles.buttons}>
              <AlertDialog.Close
                ref={dismiss}
                className={buttonClass({ size: "large" })}
                onKeyDown={ignoreKeyRepeat}
              >
                {dismissLabel(action)}
              </AlertDialog.Close>
              <Button
                tone={isDestructive ? "destructive" : "progressive"}
                weight="primary"
                size="large"
                disabled={!isEnabled || !isInteractive}
                isActivating={isEnabled && !isInteractive}
                onClick={({ detail: clicks }) => {
                  if (clicks <= 1) onConfirm();
                }}
              >
                {action}
              </Button>
            </div>
          </DialogContent>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}

"use client";
// A second, deliberate press: elsewhere on the screen than the first, restating what it is about, with the way
// back focused, and deaf for a moment after it appeared.
import { useRef, type ReactNode } from "react";
import { AlertDialog } from "@base-ui/react/alert-dialog";
import { useInteractive } from "./use-interactive.ts";
import { Button, buttonClass } from "./button.tsx";
import { DialogContent } from "./dialog-content.tsx";
import styles from "./confirm-dialog.module.css";

type ConfirmDialogProps = {
  isOpen: boolean;
  title: string;
  /** The words of the button, the same that were pressed first. */
  action: string;
  isDestructive: boolean;
  /** False when what it asks about is gone or the connection is. */
  isEnabled?: boolean;
  onConfirm: () => void;
  onClose: () => void;
  children: ReactNode;
};

export function ConfirmDialog(props: ConfirmDialogProps) {
  const { isOpen, title, action, isDestructive, isEnabled = true, onConfirm, onClose, children } = props;
  const back = useRef<HTMLButtonElement>(null);
  const isInteractive = useInteractive(isOpen);
  return (
    <AlertDialog.Root open={isOpen} onOpenChange={(open) => (open ? undefined : onClose())}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className={styles.backdrop} />
        <AlertDialog.Popup className={styles.popup} initialFocus={back}>
          <DialogContent>
            <AlertDialog.Title className={styles.title}>{title}</AlertDialog.Title>
            <AlertDialog.Description className={styles.text} render={<div />}>
              {children}
            </AlertDialog.Description>
            <div className={styles.buttons}>
              <AlertDialog.Close ref={back} className={buttonClass({ size: "large" })}>
                Go back
              </AlertDialog.Close>
              <Button
                tone={isDestructive ? "destructive" : "progressive"}
                weight="primary"
                size="large"
                disabled={!isEnabled || !isInteractive}
                isActivating={isEnabled && !isInteractive}
                onClick={onConfirm}
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

"use client";
// A dialog with a form, for actions that need a reason or other input.
import { useRef, type FormEvent, type ReactNode } from "react";
import { Dialog } from "@base-ui/react/dialog";
import { useInteractive } from "./use-interactive.ts";
import { Button, buttonClass } from "./button.tsx";
import { DialogContent } from "./dialog-content.tsx";
import styles from "./confirm-dialog.module.css";

export type FormDialogProps = {
  isOpen: boolean;
  title: string;
  action: string;
  isEnabled: boolean;
  onSubmit: () => void;
  onClose: () => void;
  children: ReactNode;
};

export default function FormDialogPopup({
  isOpen,
  title,
  action,
  isEnabled,
  onSubmit,
  onClose,
  children,
}: FormDialogProps) {
  const form = useRef<HTMLFormElement>(null);
  const isInteractive = useInteractive(isOpen);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isEnabled && isInteractive) onSubmit();
  };
  return (
    <Dialog.Root open={isOpen} onOpenChange={(open) => (open ? undefined : onClose())}>
      <Dialog.Portal>
        <Dialog.Backdrop className={styles.backdrop} />
        <Dialog.Popup
          className={styles.popup}
          initialFocus={() => form.current?.querySelector<HTMLElement>("textarea, input") ?? true}
        >
          <DialogContent>
            <Dialog.Title className={styles.title}>{title}</Dialog.Title>
            <form ref={form} className={styles.text} onSubmit={submit}>
              {children}
              <div className={styles.buttons}>
                <Dialog.Close className={buttonClass({ size: "large" })}>Cancel</Dialog.Close>
                <Button
                  type="submit"
                  tone="progressive"
                  weight="primary"
                  size="large"
                  disabled={!isEnabled || !isInteractive}
                  isActivating={isEnabled && !isInteractive}
                >
                  {action}
                </Button>
              </div>
            </form>
          </DialogContent>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

"use client";
// A dialog that shows something large, such as a recording or a timeline.
import type { ReactNode } from "react";
import { Dialog } from "@base-ui/react/dialog";
import { cdxIconClose } from "@wikimedia/codex-icons";
import { buttonClass } from "./button.tsx";
import { Icon } from "./codex-icon.tsx";
import { DialogContent } from "./dialog-content.tsx";
import dialog from "./confirm-dialog.module.css";
import styles from "./wide-dialog.module.css";

type WideDialogProps = { title: string; onClose: () => void; children: ReactNode };

/** Open as long as it is rendered. */
export function WideDialog({ title, onClose, children }: WideDialogProps) {
  return (
    <Dialog.Root open onOpenChange={(open) => (open ? undefined : onClose())}>
      <Dialog.Portal>
        <Dialog.Backdrop className={dialog.backdrop} />
        <Dialog.Popup className={`${dialog.popup} ${styles.popup}`}>
          <DialogContent>
            <div className={styles.head}>
              <Dialog.Title className={dialog.title}>{title}</Dialog.Title>
              <Dialog.Close className={buttonClass({ weight: "quiet" })} aria-label="Close">
                <Icon icon={cdxIconClose} />
              </Dialog.Close>
            </div>
            {children}
          </DialogContent>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

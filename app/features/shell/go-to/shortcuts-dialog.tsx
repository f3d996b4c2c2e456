"use client";
// The keyboard shortcuts. Loaded when it is first opened.
import { Dialog } from "@base-ui/react/dialog";
import { buttonClass } from "../../../ui/button.tsx";
import dialog from "../../../ui/confirm-dialog.module.css";
import { useReturnFocus } from "../../../ui/use-return-focus.ts";
import { SHORTCUT_GROUPS, type Shortcut, SHORTCUTS } from "../../../ui/shortcuts.ts";
import styles from "./shortcuts-dialog.module.css";

export function ShortcutsDialog({ onClose }: { onClose: () => void }) {
  const returnFocus = useReturnFocus();
  return (
    <Dialog.Root open onOpenChange={(open) => (open ? undefined : onClose())}>
      <Dialog.Portal>
        <Dialog.Backdrop className={dialog.backdrop} />
        <Dialog.Popup className={dialog.popup} finalFocus={returnFocus}>
          <Dialog.Title className={dialog.title}>Keyboard shortcuts</Dialog.Title>
          {SHORTCUT_GROUPS.map(({ title, shortcuts }) => (
            <section key={title} className={styles.group} aria-label={title}>
              <h3 className={styles.title}>{title}</h3>
              <dl>
                {shortcuts.map((shortcut) => (
                  <div key={shortcut.action} className={styles.shortcut}>
                    <dt>{shortcut.action}</dt>
                    <dd>
                      <Keys shortcut={shortcut} />
                    </dd>
                  </div>
                ))}
              </dl>
            </section>
          ))}
          <div className={dialog.buttons}>
            <Dialog.Close className={buttonClass({ size: "large" })}>Close</Dialog.Close>
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Keys({ shortcut }: { shortcut: Shortcut }) {
  const [first, second] = shortcut.shown;
  const between = shortcut === SHORTCUTS.selectAnswer ? " to " : " + ";
  return (
    <>
      <kbd className={styles.key}>{first}</kbd>
      {second !== undefined && (
        <>
          {between}
          <kbd className={styles.key}>{second}</kbd>
        </>
      )}
    </>
  );
}

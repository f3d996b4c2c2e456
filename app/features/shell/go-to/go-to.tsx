"use client";
// The button and the shortcuts that open "Go to" and the list of shortcuts. The dialogs are loaded when they are needed.
import { useEffect, useEffectEvent, useState } from "react";
import { cdxIconSearch } from "@wikimedia/codex-icons";
import { Icon } from "../../../ui/codex-icon.tsx";
import { focusSearch } from "../../../ui/focus-search.ts";
import { SHORTCUTS } from "../../../ui/shortcuts.ts";
import { isDialogOpen, useShortcuts } from "../../../ui/use-shortcuts.ts";
import { FreezeDialog, GoToDialog, NotificationSettings, ShortcutsDialog } from "../lazy-dialogs.tsx";
import type { GoToDialogName } from "./use-go-to-actions.ts";
import styles from "./go-to.module.css";

type OpenDialog = "goTo" | GoToDialogName;

/** A failure is shown when the dialog is opened. */
const preload = () => void GoToDialog.load().catch(() => undefined);

export function GoTo() {
  const [open, setOpen] = useState<OpenDialog>();
  const close = () => setOpen(undefined);
  useGoToKey(() => setOpen("goTo"));
  useShortcuts((key) => {
    if (key === SHORTCUTS.search.key) return focusSearch();
    if (key !== SHORTCUTS.help.key) return false;
    setOpen("shortcuts");
    return true;
  });
  return (
    <>
      <button
        type="button"
        className={styles.button}
        aria-haspopup="dialog"
        aria-keyshortcuts="Control+K Meta+K"
        onPointerEnter={preload}
        onFocus={preload}
        onClick={() => setOpen("goTo")}
      >
        <Icon icon={cdxIconSearch} size="small" />
        <span className="visually-hidden-on-phone">Go to…</span>
        <kbd className={styles.key} aria-hidden="true">
          Ctrl K
        </kbd>
      </button>
      {open === "goTo" && <GoToDialog onOpen={setOpen} onClose={close} />}
      {open === "shortcuts" && <ShortcutsDialog onClose={close} />}
      {open === "notifications" && <NotificationSettings onClose={close} />}
      {open === "freeze" && <FreezeDialog isOpen onClose={close} />}
    </>
  );
}

/** Ctrl-K, or Command-K, also while the person types. The dialog is loaded while the modifier is held. */
function useGoToKey(onPress: () => void): void {
  const handle = useEffectEvent((event: KeyboardEvent) => {
    if (event.key === "Control" || event.key === "Meta") preload();
    const isPressed = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
    if (!isPressed || event.key.toLowerCase() !== SHORTCUTS.goTo.key || capturesKeys(event.target)) return;
    // Otherwise the browser would focus its own search.
    event.preventDefault();
    if (!event.repeat && !isDialogOpen()) onPress();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => handle(event);
    document.addEventListener("keydown", listener);
    return () => document.removeEventListener("keydown", listener);
  }, []);
}

/** The screen of an interactive program receives every key, Ctrl-K too. */
function capturesKeys(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("[data-capturing]") !== null;
}

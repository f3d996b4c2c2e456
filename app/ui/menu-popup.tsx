"use client";
import { useEffect, useRef, type ReactNode } from "react";
import { Menu } from "@base-ui/react/menu";
import type { MenuTrigger } from "./menu-button.tsx";
import { useRestoredFocus } from "./use-restored-focus.ts";
import menu from "./menu.module.css";

/** The popup of a menu, above a full-page layer: a click outside closes the menu and has no other effect. */
function MenuPopup({ label, children }: { label: string; children: ReactNode }) {
  return (
    // Labelled, because it is rendered at the end of the page, outside of all landmarks.
    <Menu.Portal className={menu.layer} render={<section aria-label={label} />}>
      <Menu.Positioner className={menu.positioner} align="end" sideOffset={4}>
        <Menu.Popup className={menu.popup}>{children}</Menu.Popup>
      </Menu.Positioner>
    </Menu.Portal>
  );
}

/** The menu of a MenuButton, which is pressed already. */
export function LoadedMenu({
  trigger,
  label,
  children,
}: {
  trigger: MenuTrigger;
  label: string;
  children: ReactNode;
}) {
  const button = useRestoredFocus<HTMLButtonElement>();
  // As by the press that loaded it, so that the menu knows how it was opened.
  const isPressed = useRef(false);
  useEffect(() => {
    if (!isPressed.current) button.current?.click();
    isPressed.current = true;
  }, [button]);
  return (
    <Menu.Root>
      <Menu.Trigger
        ref={button}
        className={trigger.className}
        aria-label={trigger.label}
        disabled={trigger.disabled}
      >
        {trigger.content}
      </Menu.Trigger>
      <MenuPopup label={label}>{children}</MenuPopup>
    </Menu.Root>
  );
}

"use client";
import { useEffect, useRef, type ReactNode } from "react";
import { Menu } from "@base-ui/react/menu";
import type { MenuTrigger } from "./menu-button.tsx";
import { useRestoredFocus } from "./use-restored-focus.ts";
import menu from "./menu.module.css";

type MenuPopupProps = {
  label: string;
  /** The edge of the trigger at which the popup is. */
  align?: "start" | "end";
  children: ReactNode;
};

/** The popup of a menu, above a full-page layer: a click outside closes the menu and has no other effect. */
function MenuPopup({ label, align, children }: Required<MenuPopupProps>) {
  return (
    // Labelled, because it is rendered at the end of the page, outside of all landmarks.
    <Menu.Portal className={menu.layer} render={<section aria-label={label} />}>
      {/* Fixed, because the first item is focused before the popup has its place: otherwise the page would scroll to its end. */}
      <Menu.Positioner className={menu.positioner} positionMethod="fixed" align={align} sideOffset={4}>
        <Menu.Popup className={menu.popup}>{children}</Menu.Popup>
      </Menu.Positioner>
    </Menu.Portal>
  );
}

/** The menu of a MenuButton, which is pressed already. */
export function LoadedMenu({
  trigger,
  label,
  align = "end",
  children,
}: MenuPopupProps & { trigger: MenuTrigger }) {
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
      <MenuPopup label={label} align={align}>
        {children}
      </MenuPopup>
    </Menu.Root>
  );
}

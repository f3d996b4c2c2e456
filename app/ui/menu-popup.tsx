"use client";
import type { ReactNode } from "react";
import { Menu } from "@base-ui/react/menu";
import menu from "./menu.module.css";

/** The popup of a menu, above a full-page layer: a click outside closes the menu and has no other effect. */
export function MenuPopup({ label, children }: { label: string; children: ReactNode }) {
  return (
    // Labelled, because it is rendered at the end of the page, outside of all landmarks.
    <Menu.Portal className={menu.layer} render={<section aria-label={label} />}>
      <Menu.Positioner className={menu.positioner} align="end" sideOffset={4}>
        <Menu.Popup className={menu.popup}>{children}</Menu.Popup>
      </Menu.Positioner>
    </Menu.Portal>
  );
}

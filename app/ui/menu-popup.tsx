"use client";
import type { ReactNode } from "react";
import { Menu } from "@base-ui/react/menu";
import menu from "./menu.module.css";

/** What a menu opens, over everything else: a press beside it closes the menu, and does nothing but that. */
export function MenuPopup({ label, children }: { label: string; children: ReactNode }) {
  return (
    // Named, because it stands at the end of the page, outside of what screen readers know as its parts.
    <Menu.Portal className={menu.layer} render={<section aria-label={label} />}>
      <Menu.Positioner className={menu.positioner} align="end" sideOffset={4}>
        <Menu.Popup className={menu.popup}>{children}</Menu.Popup>
      </Menu.Positioner>
    </Menu.Portal>
  );
}

"use client";
// The menu with all pages. Loaded when it is opened.
import Link from "next/link";
import { Menu } from "@base-ui/react/menu";
import type { MenuTrigger } from "../../../ui/menu-button.tsx";
import { LoadedMenu } from "../../../ui/menu-popup.tsx";
import menu from "../../../ui/menu.module.css";
import { isCurrentPage, type SitePage } from "./pages.ts";
import styles from "./site-navigation.module.css";

type PageMenuProps = {
  trigger: MenuTrigger;
  pages: readonly SitePage[];
  path: string;
};

export default function PageMenu({ trigger, pages, path }: PageMenuProps) {
  return (
    <LoadedMenu trigger={trigger} label="Pages" align="start">
      {pages.map((page) => (
        <Menu.LinkItem
          key={page.href}
          className={`${menu.item} ${styles.item}`}
          render={<Link href={page.href} prefetch={false} />}
          aria-current={isCurrentPage(page, path) ? "page" : undefined}
          closeOnClick
        >
          {page.label}
        </Menu.LinkItem>
      ))}
    </LoadedMenu>
  );
}

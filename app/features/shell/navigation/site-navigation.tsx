"use client";
// The links to the pages. A narrower window has only the more frequent ones beside a menu with all, a phone only the menu.
import Link from "next/link";
import { usePathname } from "next/navigation";
import { cdxIconMenu } from "@wikimedia/codex-icons";
import { useSession } from "../../../client/use-session.tsx";
import { buttonClass } from "../../../ui/button.tsx";
import { Icon } from "../../../ui/codex-icon.tsx";
import { loadable } from "../../../ui/loadable.tsx";
import { MenuButton } from "../../../ui/menu-button.tsx";
import { isCurrentPage, visiblePages } from "./pages.ts";
import styles from "./site-navigation.module.css";

const PageMenu = loadable(() => import("./page-menu.tsx").then((module) => module.default));

export function SiteNavigation() {
  const pages = visiblePages(useSession());
  const path = usePathname();
  const trigger = {
    className: `${buttonClass({ weight: "quiet" })} ${styles.menu}`,
    content: (
      <>
        <Icon icon={cdxIconMenu} />
        <span className="visually-hidden-on-phone">Menu</span>
      </>
    ),
  };
  return (
    <nav className={styles.navigation} aria-label="Main">
      <MenuButton trigger={trigger} load={PageMenu.load}>
        <PageMenu trigger={trigger} pages={pages} path={path} />
      </MenuButton>
      {pages.map((page) => (
        <Link
          key={page.href}
          href={page.href}
          prefetch={false}
          className={styles.link}
          data-shown-from={page.shownFrom ?? "wide"}
          aria-current={isCurrentPage(page, path) ? "page" : undefined}
        >
          {page.label}
        </Link>
      ))}
    </nav>
  );
}

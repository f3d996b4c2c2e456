"use client";
// What the pages of administrators share: the heading, and the links between them.
import Link from "next/link";
import type { ReactNode } from "react";
import { Main } from "../../ui/main.tsx";
import { PageDock } from "../shell/page-dock.tsx";
import styles from "./admin-page.module.css";

const PAGES = [
  { name: "people", label: "People" },
  { name: "audit", label: "Audit" },
  { name: "lanes", label: "Lanes" },
  { name: "webhooks", label: "Webhooks" },
] as const;
export type AdminPageName = (typeof PAGES)[number]["name"];

export function AdminPage({ name, children }: { name: AdminPageName; children: ReactNode }) {
  return (
    <Main className={styles.page}>
      <div className={styles.top}>
        <h1 className={styles.title}>{PAGES.find((page) => page.name === name)?.label}</h1>
        <nav className={styles.pages} aria-label="Administration">
          {PAGES.map((page) => (
            <Link
              key={page.name}
              href={`/admin/${page.name}`}
              aria-current={page.name === name ? "page" : undefined}
            >
              {page.label}
            </Link>
          ))}
        </nav>
      </div>
      {children}
      <PageDock />
    </Main>
  );
}

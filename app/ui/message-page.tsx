import type { ReactNode } from "react";
import { Logo } from "./logo.tsx";
import { Main } from "./main.tsx";
import styles from "./message-page.module.css";

/** A page with a single message, such as an error. */
export function MessagePage({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Main className={styles.page}>
      <Logo size={64} />
      <h1 className={styles.title}>{title}</h1>
      {children}
    </Main>
  );
}

"use client";
import type { ReactNode } from "react";
import { useRestoredFocus } from "./use-restored-focus.ts";
import styles from "./confirm-dialog.module.css";

/** All of a dialog: it may go with what it is about, while it has the keyboard. */
export function DialogContent({ children }: { children: ReactNode }) {
  const content = useRestoredFocus<HTMLDivElement>();
  return (
    <div ref={content} className={styles.content}>
      {children}
    </div>
  );
}

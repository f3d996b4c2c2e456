"use client";
import type { ReactNode } from "react";
import { useRestoredFocus } from "./use-restored-focus.ts";
import styles from "./confirm-dialog.module.css";

/** The content of a dialog. Restores focus when the dialog is removed together with its subject. */
export function DialogContent({ children }: { children: ReactNode }) {
  const content = useRestoredFocus<HTMLDivElement>();
  return (
    <div ref={content} className={styles.content}>
      {children}
    </div>
  );
}

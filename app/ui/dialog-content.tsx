"use client";
import type { ReactNode } from "react";
import { useKeptPlace } from "./use-kept-place.ts";
import styles from "./confirm-dialog.module.css";

/** All of a dialog: it may go with what it is about, while it has the keyboard. */
export function DialogContent({ children }: { children: ReactNode }) {
  const content = useKeptPlace<HTMLDivElement>();
  return (
    <div ref={content} className={styles["content"]}>
      {children}
    </div>
  );
}

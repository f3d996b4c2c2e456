import { useId, type ReactNode } from "react";
import styles from "./section.module.css";

export function Section({ title, count, children }: { title: string; count?: number; children: ReactNode }) {
  const id = useId();
  return (
    <section className={styles["section"]} aria-labelledby={id}>
      <h2 className={styles["title"]} id={id}>
        {title} {count !== undefined && count > 0 && <span className={styles["count"]}>{count}</span>}
      </h2>
      {children}
    </section>
  );
}

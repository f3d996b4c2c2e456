import { useId, type ReactNode } from "react";
import styles from "./section.module.css";

type SectionProps = { title: string; count?: number; aside?: ReactNode; children: ReactNode };

/** A titled section of the home page. */
export function Section({ title, count, aside, children }: SectionProps) {
  const id = useId();
  return (
    <section className={styles.section} aria-labelledby={id}>
      <div className={styles.top}>
        <h2 className={styles.title} id={id}>
          {title} {count !== undefined && count > 0 && <span className={styles.count}>{count}</span>}
        </h2>
        {aside}
      </div>
      {children}
    </section>
  );
}

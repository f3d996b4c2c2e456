"use client";
import { type ReactNode, useId } from "react";
import card from "../../ui/card.module.css";
import styles from "./account.module.css";

type AccountSectionProps = {
  title: string;
  description?: ReactNode;
  action?: ReactNode;
  children?: ReactNode;
};

/** A titled section of the account page. */
export function AccountSection({ title, description, action, children }: AccountSectionProps) {
  const id = useId();
  return (
    <section className={styles.section} aria-labelledby={id}>
      <div className={styles.top}>
        <h2 id={id}>{title}</h2>
        {action}
      </div>
      {description !== undefined && <p className={styles.description}>{description}</p>}
      {children !== undefined && <div className={card.card}>{children}</div>}
    </section>
  );
}

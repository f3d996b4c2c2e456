"use client";
import { useId, type ReactNode } from "react";
import styles from "./field.module.css";

type FieldProps = {
  label: string;
  children: (attributes: { id: string; className: string | undefined }) => ReactNode;
};

/** A label and what it labels, looking like every other. */
export function Field({ label, children }: FieldProps) {
  const id = useId();
  return (
    <div className={styles["field"]}>
      <label className={styles["label"]} htmlFor={id}>
        {label}
      </label>
      {children({ id, className: styles["input"] })}
    </div>
  );
}

"use client";
import { useId, type ReactNode } from "react";
import styles from "./field.module.css";

type FieldProps = {
  label: string;
  /** Shown below the control and announced after its label. */
  hint?: ReactNode;
  /** Why the value is invalid; shown instead of the hint. */
  error?: string | undefined;
  children: (attributes: {
    id: string;
    className: string | undefined;
    "aria-describedby"?: string;
    "aria-invalid"?: true;
  }) => ReactNode;
};

/** A labelled form control with a hint or an error. */
export function Field({ label, hint, error, children }: FieldProps) {
  const id = useId();
  const noteId = `${id}-note`;
  const note = error ?? hint;
  return (
    <div className={styles.field}>
      <label className={styles.label} htmlFor={id}>
        {label}
      </label>
      {children({
        id,
        className: styles.input,
        ...(note === undefined ? {} : { "aria-describedby": noteId }),
        ...(error === undefined ? {} : { "aria-invalid": true }),
      })}
      {note !== undefined && (
        <p
          id={noteId}
          className={styles.note}
          data-error={error === undefined ? undefined : true}
          aria-live="polite"
        >
          {note}
        </p>
      )}
    </div>
  );
}

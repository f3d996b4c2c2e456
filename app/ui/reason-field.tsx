"use client";
import { Field } from "./field.tsx";

type ReasonFieldProps = { label: string; value: string; onChange: (value: string) => void };

export function ReasonField({ label, value, onChange }: ReasonFieldProps) {
  return (
    <Field label={label}>
      {(attributes) => (
        <textarea
          {...attributes}
          rows={2}
          maxLength={500}
          required
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

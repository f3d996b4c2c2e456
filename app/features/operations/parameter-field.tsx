"use client";
import type { OperationParameter } from "#lib/contract/operation.ts";
import { sentence } from "#lib/domain/sentence.ts";
import { Checkbox } from "../../ui/checkbox.tsx";
import { Field } from "../../ui/field.tsx";

/** The limit of the server. */
const TEXT_MAX = 500;

const TYPE_HINTS: Partial<Record<OperationParameter["type"], string>> = {
  changes: "Numbers or URLs of changes in Gerrit, separated by spaces.",
  version: "For example 1.46.0-wmf.12",
};

type ParameterFieldProps = {
  parameter: OperationParameter;
  value: string;
  /** Why the server refused this value. */
  error: string | undefined;
  onChange: (value: string) => void;
};

/** The control for one parameter, by its type. */
export function ParameterField({ parameter, value, error, onChange }: ParameterFieldProps) {
  const { name, label, type, isOptional, options } = parameter;
  if (type === "boolean") {
    return (
      <Checkbox isChecked={value === "true"} onChange={(isChecked) => onChange(isChecked ? "true" : "")}>
        {label}
      </Checkbox>
    );
  }
  return (
    <Field label={isOptional ? `${label} (optional)` : label} hint={hintOf(parameter)} error={error}>
      {(attributes) =>
        type === "choice" ? (
          <select
            {...attributes}
            name={name}
            required={!isOptional}
            value={value}
            onChange={(event) => onChange(event.target.value)}
          >
            <option value="">Select…</option>
            {options.map((option) => (
              <option key={option.value} value={option.value}>
                {option.label}
              </option>
            ))}
          </select>
        ) : (
          <input
            {...attributes}
            name={name}
            required={!isOptional}
            maxLength={type === "changes" ? undefined : TEXT_MAX}
            autoCapitalize="off"
            spellCheck={type === "text"}
            value={value}
            onChange={(event) => onChange(event.target.value)}
          />
        )
      }
    </Field>
  );
}

/** What the value is for, and what it must be. */
function hintOf({ type, hint, patternHint }: OperationParameter): string | undefined {
  const hints = [hint ?? TYPE_HINTS[type], patternHint].filter((one) => one != null);
  return hints.length < 2 ? hints[0] : hints.map((one) => sentence(one)).join(" ");
}

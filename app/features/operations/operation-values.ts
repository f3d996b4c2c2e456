// The values of an operation's form: as a person enters them, as a request has them, and as the confirmation shows them. Pure.
import type { Operation, OperationParameter } from "#lib/contract/operation.ts";

/** By the name of the parameter; a boolean is "true" or empty. */
export type Draft = Readonly<Record<string, string>>;
type Parameters = readonly OperationParameter[];

/** Parameters that are empty are left out. */
export function requestValues(parameters: Parameters, draft: Draft): Record<string, unknown> {
  return Object.fromEntries(
    parameters.flatMap(({ name, type }): [string, unknown][] => {
      const text = (draft[name] ?? "").trim();
      if (type === "boolean") return [[name, text === "true"]];
      if (text === "") return [];
      return [[name, type === "changes" ? entriesOf(text) : text]];
    }),
  );
}

/** Numbers and URLs have neither spaces nor commas. */
function entriesOf(text: string): string[] {
  return text.split(/[\s,]+/).filter((entry) => entry !== "");
}

/** Required parameters that are empty. */
export function missingParameters(parameters: Parameters, draft: Draft): OperationParameter[] {
  const values = requestValues(parameters, draft);
  return parameters.filter(({ name, isOptional }) => !isOptional && values[name] === undefined);
}

/** The question of the confirmation, with the values in it. */
export function confirmationText({ confirmation, parameters }: Operation, draft: Draft): string {
  const shown = new Map(shownValues(parameters, draft).map(({ name, text }) => [name, text]));
  return confirmation.replace(/\{(\w+)\}/g, (_, name: string) => shown.get(name) ?? "…");
}

/** The values in reading form, without those that were not given. */
export function shownValues(
  parameters: Parameters,
  draft: Draft,
): { name: string; label: string; text: string }[] {
  const values = requestValues(parameters, draft);
  return parameters.flatMap(({ name, label, options }) => {
    const value = values[name];
    return value === undefined ? [] : [{ name, label, text: textOf(value, options) }];
  });
}

function textOf(value: unknown, options: OperationParameter["options"]): string {
  if (typeof value === "boolean") return value ? "Yes" : "No";
  if (Array.isArray(value)) return value.join(", ");
  return options.find((option) => option.value === value)?.label ?? String(value);
}

/** What the server refused, by the name of the parameter. "changes.1" is the second entry of changes. */
export function refusedParameters(errors: readonly { field: string; detail: string }[]): Map<string, string> {
  return new Map(errors.map(({ field, detail }) => [field.split(".")[0] ?? field, detail]));
}

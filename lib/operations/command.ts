// Puts the values of parameters into the argument template of an operation. There is no shell: a value stays inside its argument,
// and only a list of changes becomes several arguments.
import type { OperationValues } from "../domain/operation.ts";
import type { ArgumentTemplate, Operation } from "./operation.ts";

const PLACEHOLDER = /\{([A-Za-z]\w*)\}/g;

/** The arguments for SCAP_COMMAND. Those of parameters that were not given are left out. */
export function commandFor(
  { command, settings }: Pick<Operation, "command" | "settings">,
  values: OperationValues,
): string[] {
  return [
    ...Object.entries(settings).flatMap(([key, value]) => {
      const filled = fill(value, values);
      return filled === undefined ? [] : [`-D${key}:${filled}`];
    }),
    ...command.flatMap((template) => argumentsOf(template, values)),
  ];
}

function argumentsOf(template: ArgumentTemplate, values: OperationValues): readonly string[] {
  if (typeof template !== "string") {
    return (values[template.if] ?? false) === false ? [] : [template.argument];
  }
  const [only] = placeholdersIn(template);
  const value = only !== undefined && template === `{${only}}` ? values[only] : undefined;
  if (Array.isArray(value)) return value as readonly string[];
  const filled = fill(template, values);
  return filled === undefined ? [] : [filled];
}

/** The text with the values in it; undefined when it names a parameter that was not given. */
export function fill(template: string, values: OperationValues): string | undefined {
  if (placeholdersIn(template).some((name) => values[name] === undefined)) return undefined;
  return template.replace(PLACEHOLDER, (_, name: string) => textOf(values[name]));
}

/** The names of the parameters that the template contains. */
export function placeholdersIn(template: string): string[] {
  return [...template.matchAll(PLACEHOLDER)].map(([, name = ""]) => name);
}

function textOf(value: OperationValues[string] | undefined): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  return typeof value === "string" ? value : (value ?? []).join(", ");
}

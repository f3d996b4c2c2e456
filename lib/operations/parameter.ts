// The parameters of an operation, and the form that accepts their values. Text that a person enters never becomes a flag of scap:
// it cannot begin with a hyphen, and it has no line breaks or control characters.
import { z } from "zod";
import { CHANGES_MAX } from "../domain/job.ts";
import { textProblem } from "../domain/person-text.ts";
import { VERSION_PATTERN } from "../domain/train.ts";
import { compilePattern } from "./pattern.ts";

type Common = {
  name: string;
  label: string;
  hint?: string | undefined;
  isOptional?: boolean | undefined;
};

export type Parameter = Common &
  (
    | { type: "changes" }
    | { type: "choice"; options: readonly { value: string; label: string }[] }
    /** `pattern`: for the whole text, see pattern.ts; `patternHint` says what it requires. */
    | { type: "text"; pattern?: string | undefined; patternHint?: string | undefined }
    | { type: "version" }
    | { type: "boolean" }
  );

export const TEXT_MAX = 500;

/** Accepts the parameters of a request, and nothing else. Changes are accepted as they were entered. */
export function formOf(parameters: readonly Parameter[]): z.ZodObject {
  return z.strictObject(Object.fromEntries(parameters.map((one) => [one.name, fieldOf(one)])));
}

function fieldOf(parameter: Parameter): z.ZodType {
  const value = valueOf(parameter);
  return (parameter.isOptional === true ? value.optional() : value).meta({
    title: parameter.label,
    ...(parameter.hint === undefined ? {} : { description: parameter.hint }),
  });
}

function valueOf(parameter: Parameter): z.ZodType {
  switch (parameter.type) {
    case "changes":
      return z.array(z.string().trim().min(1).max(TEXT_MAX)).min(1).max(CHANGES_MAX);
    case "choice":
      return z.enum(parameter.options.map(({ value }) => value));
    case "text": {
      const { pattern, patternHint } = parameter;
      if (pattern === undefined) return text;
      return text
        .refine(compilePattern(pattern), patternHint ?? "It does not match the pattern.")
        .meta({ pattern: `^(?!-)(?:${pattern})$` });
    }
    case "version":
      return z.string().trim().regex(VERSION_PATTERN, "Expected a version, for example 1.46.0-wmf.12");
    case "boolean":
      return z.boolean();
  }
}

const text = z
  .string()
  .trim()
  .min(1)
  .max(TEXT_MAX)
  .regex(/^[^-]/, "It must not begin with a hyphen.")
  .superRefine((entered, context) => {
    const problem = /[\t\r\n]/.test(entered) ? "It must be one line." : textProblem(entered);
    if (problem !== undefined) context.addIssue(problem);
  });

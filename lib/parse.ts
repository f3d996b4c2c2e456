// Parses a part of a request with a schema. A refusal names each bad field.
import type { z } from "zod";
import { sentence } from "./domain/sentence.ts";
import { AppError, type FieldError } from "./errors.ts";

/** @throws AppError invalid_request. */
export function parse<Schema extends z.ZodObject>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.flatMap(fieldErrorsOf);
  throw new AppError("invalid_request", {
    detail: errors
      .map(({ field, detail }) => sentence(field === "" ? detail : `${nameOf(schema, field)}: ${detail}`))
      .join(" "),
    extra: { errors },
  });
}

/** As people know the field: by its title, if the schema has one. "Changes 2" is the second entry of Changes. */
function nameOf(schema: z.ZodObject, field: string): string {
  const [name = "", index] = field.split(".");
  // Own members only: a request may name "constructor".
  const known = new Map<string, z.ZodType>(Object.entries(schema.shape)).get(name);
  const title = known?.meta()?.title;
  if (title === undefined) return field;
  return index === undefined ? title : `${title} ${Number(index) + 1}`;
}

function fieldErrorsOf(issue: z.core.$ZodIssue): FieldError[] {
  const fieldOf = (...more: string[]) => [...issue.path, ...more].join(".");
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({ field: fieldOf(key), detail: "This field does not exist." }));
  }
  return [{ field: fieldOf(), detail: issue.message }];
}

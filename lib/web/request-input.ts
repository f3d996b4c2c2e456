// The parts of a request, parsed with the schemas of its endpoint. A refusal names each bad field.
import type { z } from "zod";
import { sentence } from "../domain/sentence.ts";
import { AppError, type FieldError } from "../errors.ts";
import { readJson } from "./body.ts";

type Schema = z.ZodObject | undefined;

/** @throws AppError not_found: no row can have such an id. */
export function parseParams(schema: Schema, params: Record<string, string>): unknown {
  if (schema === undefined) return undefined;
  const parsed = schema.safeParse(params);
  if (parsed.success) return parsed.data;
  throw new AppError("not_found");
}

/** @throws AppError invalid_request. */
export function parseQuery(schema: Schema, query: URLSearchParams): unknown {
  return schema === undefined ? undefined : parse(schema, Object.fromEntries(query));
}

/** @throws AppError invalid_request, request_too_large. */
export async function parseBody(schema: Schema, request: Request): Promise<unknown> {
  return schema === undefined ? undefined : parse(schema, await readJson(request));
}

function parse(schema: z.ZodObject, value: unknown): unknown {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.flatMap(fieldErrorsOf);
  throw new AppError("invalid_request", {
    detail: errors
      .map(({ field, detail }) => sentence(field === "" ? detail : `${field}: ${detail}`))
      .join(" "),
    extra: { errors },
  });
}

function fieldErrorsOf(issue: z.core.$ZodIssue): FieldError[] {
  const fieldOf = (...more: string[]) => [...issue.path, ...more].join(".");
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({ field: fieldOf(key), detail: "This field does not exist." }));
  }
  return [{ field: fieldOf(), detail: issue.message }];
}

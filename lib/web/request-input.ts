// The parts of a request, parsed with the schemas of its endpoint. A refusal names each bad field.
import type { z } from "zod";
import { AppError } from "../errors.ts";
import { parse } from "../parse.ts";
import { parseJson } from "./body.ts";

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

/** @throws AppError invalid_request. */
export function parseBody(schema: Schema, text: string): unknown {
  return schema === undefined ? undefined : parse(schema, parseJson(text));
}

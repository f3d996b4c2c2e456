// What the definition of an endpoint consists of. The route handlers (app/api), the page's client (app/client/api.ts), the
// screening of requests and openapi.json derive from the definitions in this folder; endpoints.ts lists them all.
import { z } from "zod";
import type { Action } from "../domain/permission.ts";
import type { ErrorCode } from "../errors.ts";

export type Method = "GET" | "POST" | "PUT" | "DELETE";

export type Endpoint = {
  method: Method;
  /** With the names of `params` in braces: `/api/jobs/{id}`. */
  path: `/api/${string}`;
  /** For openapi.json. */
  summary: string;
  /** Null: open to everyone, signed in or not. */
  permission: Action | null;
  /** The person must have proved who they are a few minutes ago (CONFIRMATION_MINUTES). */
  needsConfirmation?: true;
  params?: z.ZodObject;
  /** Strict, so that a misspelled filter is an error and not ignored. */
  query?: z.ZodObject;
  body?: z.ZodObject;
  /** The header `Idempotency-Key` makes a repeated request return the result of the first. */
  acceptsIdempotencyKey?: true;
  response: EndpointResponse;
  /** Besides those that `problemCodesOf` adds by itself. */
  problems?: readonly ErrorCode[];
};

/** By the name of an event, the schema of its data. */
export type EventSchemas = Readonly<Record<string, z.ZodType>>;

export type EndpointResponse =
  /** The first status is the usual one. `alsoAs`: another media type for clients that accept only that. */
  | { kind: "json"; statuses: readonly [number, ...number[]]; schema: z.ZodType; alsoAs?: string }
  | { kind: "empty"; statuses: readonly [204] }
  | { kind: "file"; statuses: readonly [200]; mediaType: string }
  /** For a browser that follows a link, not for scripts. */
  | { kind: "redirect"; statuses: readonly [303] }
  | { kind: "events"; statuses: readonly [200]; events: EventSchemas };

export function json<Schema extends z.ZodType>(schema: Schema, ...statuses: [number, ...number[]]) {
  return { kind: "json", statuses, schema } as const;
}

export const empty = { kind: "empty", statuses: [204] } as const satisfies EndpointResponse;

export const redirect = { kind: "redirect", statuses: [303] } as const satisfies EndpointResponse;

export function file(mediaType: string) {
  return { kind: "file", statuses: [200], mediaType } as const;
}

export function events<Events extends EventSchemas>(schemas: Events) {
  return { kind: "events", statuses: [200], events: schemas } as const;
}

/** The part of a request as the handler gets it, parsed; undefined if the endpoint has none. */
export type Parsed<E extends Endpoint, Part extends "params" | "query" | "body"> =
  E extends Record<Part, infer Schema extends z.ZodType> ? z.output<Schema> : undefined;

/** The body of a successful response; undefined if it is not JSON. */
export type ResponseBody<E extends Endpoint> = E["response"] extends {
  kind: "json";
  schema: infer Schema extends z.ZodType;
}
  ? z.output<Schema>
  : undefined;

/** Every code with which the endpoint may refuse a request. */
export function problemCodesOf(endpoint: Endpoint): ErrorCode[] {
  const { method, path, permission, query, body, problems = [] } = endpoint;
  const ofAll: ErrorCode[] = ["database_unreachable", "database_busy", "too_many_requests", "internal"];
  const ofClosed: ErrorCode[] = ["not_signed_in", "account_disabled", "not_permitted"];
  return [
    ...ofAll,
    ...(permission === null ? [] : ofClosed),
    // The page sends the header Request-Deadline with every request that changes something.
    ...(method === "GET" ? [] : (["foreign_origin", "request_too_late"] as const)),
    ...(endpoint.needsConfirmation === true ? (["confirmation_required"] as const) : []),
    ...(query === undefined && body === undefined ? [] : (["invalid_request"] as const)),
    ...(body === undefined ? [] : (["request_too_large", "unacceptable_value"] as const)),
    ...(path.includes("{") ? (["not_found"] as const) : []),
    ...(path.includes("/jobs/{id}") ? (["job_not_found"] as const) : []),
    ...(endpoint.response.kind === "events" ? (["too_many_streams"] as const) : []),
    ...problems,
  ];
}

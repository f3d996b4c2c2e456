// The one shape of a route handler: authorise, parse, call one action, answer. Errors become problem documents
// (RFC 9457) here and nowhere else; what is not a refusal is logged under an id and shown as that id only.
import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { Action, User } from "../domain/permission.ts";
import { isDataFault, isUnreachable } from "../db/connection.ts";
import { constraintRefusal } from "../db/constraints.ts";
import { ID_MAX } from "../domain/id.ts";
import { LANE_PATTERN } from "../domain/job.ts";
import { sentence } from "../domain/sentence.ts";
import { AppError, databaseUnreachable, type FieldError } from "../errors.ts";
import { authorise } from "./authorise.ts";
import { readJson } from "./body.ts";
import { refusalResponse } from "./problem.ts";
import { refuseLate } from "./request-deadline.ts";
import { services } from "./services.ts";

type Params = Record<string, string>;
export type RouteContext = { params: Promise<Params> };

type Definition<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType> = {
  action: Action;
  params?: P;
  query?: Q;
  body?: B;
};

type Input<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType> = {
  request: Request;
  user: User;
  params: z.infer<P>;
  query: z.infer<Q>;
  body: z.infer<B>;
};

const nothing = z.unknown();
type Nothing = typeof nothing;
/** Ids that fit the database's integer; anything else cannot exist. */
const idText = z
  .string()
  .regex(/^\d{1,10}$/)
  .transform(Number)
  .pipe(z.int().max(ID_MAX));
export const jobParams = z.object({ id: idText });
export const laneParams = z.object({ lane: z.string().regex(LANE_PATTERN) });
export const interactionParams = z.object({ id: idText, iid: idText });

export function route<
  P extends z.ZodType = Nothing,
  Q extends z.ZodType = Nothing,
  B extends z.ZodType = Nothing,
>(definition: Definition<P, Q, B>, handle: (input: Input<P, Q, B>) => Promise<Response>) {
  return async (request: Request, context: RouteContext): Promise<Response> => {
    try {
      const user = await authorise(request, definition.action);
      const params = await readParams(definition.params, context);
      const query = parse(
        definition.query ?? nothing,
        Object.fromEntries(new URL(request.url).searchParams),
        "invalid_request",
      ) as z.infer<Q>;
      const body = (
        definition.body === undefined
          ? undefined
          : parse(definition.body, await readJson(request), "invalid_request")
      ) as z.infer<B>;
      refuseLate(request);
      return await handle({ request, user, params, query, body });
    } catch (error) {
      return problemResponse(error);
    }
  };
}

async function readParams<P extends z.ZodType>(
  schema: P | undefined,
  { params }: RouteContext,
): Promise<z.infer<P>> {
  return parse(schema ?? nothing, await params, "not_found") as z.infer<P>;
}

function parse(schema: z.ZodType, value: unknown, code: "not_found" | "invalid_request"): unknown {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  if (code === "not_found") throw new AppError(code);
  const errors = parsed.error.issues.flatMap(fieldErrorsOf);
  throw new AppError(code, {
    detail: errors
      .map(({ field, detail }) => sentence(field === "" ? detail : `${field}: ${detail}`))
      .join(" "),
    extra: { errors },
  });
}

function fieldErrorsOf(issue: z.core.$ZodIssue): FieldError[] {
  const fieldOf = (...more: string[]) => [...issue.path, ...more].join(".");
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => ({ field: fieldOf(key), detail: "This field is not known." }));
  return [{ field: fieldOf(), detail: issue.message }];
}

/** JSON that no cache keeps. */
export function json(body: unknown, status = 200): Response {
  return Response.json(body, { status, headers: { "cache-control": "no-store" } });
}

export function problemResponse(error: unknown): Response {
  return refusalResponse(toRefusal(error));
}

function toRefusal(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (isUnreachable(error)) return databaseUnreachable(error);
  const violation = constraintRefusal(error);
  if (violation !== undefined) return violation;
  if (isDataFault(error)) {
    return new AppError("invalid_request", {
      detail: "A value is not one that can be stored or searched for. Nothing was changed.",
      cause: error,
    });
  }
  const id = randomUUID();
  services().log.error("request failed", { errorId: id, error });
  return new AppError("internal", {
    detail: `Running deployments are not touched by this. Tell an administrator the number ${id}.`,
    extra: { errorId: id },
    cause: error,
  });
}

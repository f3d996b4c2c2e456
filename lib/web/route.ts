// The one shape of a route handler: authorise, parse, call one action, answer. Errors become problem documents
// (RFC 9457) here and nowhere else; what is not a refusal is logged under an id and shown as that id only.
import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { Action, User } from "../domain/permission.ts";
import { isDataFault, isUnreachable } from "../db/connection.ts";
import { LANE_PATTERN } from "../domain/job.ts";
import { AppError, databaseUnreachable, problemOf } from "../errors.ts";
import { authorise, mayStill } from "./authorise.ts";
import { type EventStream, streamResponse } from "./live/stream.ts";
import { services } from "./services.ts";

type Params = Record<string, string>;
type RouteContext = { params: Promise<Params> };

type Definition<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, A> = {
  action: Action;
  params?: P;
  query?: Q;
  body?: B;
  /** Reads something while it is found out who asks; only whoever may is answered with it. Changes nothing. */
  readAhead?: (params: z.infer<P>) => Promise<A>;
};

type Input<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, A> = {
  request: Request;
  user: User;
  params: z.infer<P>;
  query: z.infer<Q>;
  body: z.infer<B>;
  /** What `readAhead` reads. */
  ahead: Promise<A>;
};

const nothing = z.unknown();
type Nothing = typeof nothing;
/** Ids that fit the database's integer; anything else cannot exist. */
const idText = z
  .string()
  .regex(/^\d{1,9}$/)
  .transform(Number);
export const jobParams = z.object({ id: idText });
export const laneParams = z.object({ lane: z.string().regex(LANE_PATTERN) });
export const interactionParams = z.object({ id: idText, iid: idText });

/** Bodies are a few short fields; more is a mistake or an attack. */
const BODY_BYTES_MAX = 64 * 1024;

export function route<
  P extends z.ZodType = Nothing,
  Q extends z.ZodType = Nothing,
  B extends z.ZodType = Nothing,
  A = undefined,
>(definition: Definition<P, Q, B, A>, handle: (input: Input<P, Q, B, A>) => Promise<Response>) {
  return async (request: Request, context: RouteContext): Promise<Response> => {
    try {
      // Read meanwhile, and looked at only when it is known who sends it.
      const reading = definition.body === undefined ? undefined : readBody(request);
      const naming = readParams(definition.params, context);
      const ahead = naming.then((params) => definition.readAhead?.(params)) as Promise<A>;
      for (const early of [reading, naming, ahead]) early?.catch(() => undefined);
      const user = await authorise(request, definition.action);
      const params = await naming;
      const query = parse(
        definition.query ?? nothing,
        Object.fromEntries(new URL(request.url).searchParams),
        "invalid_request",
      ) as z.infer<Q>;
      const body = (
        definition.body === undefined ? undefined : parse(definition.body, await reading, "invalid_request")
      ) as z.infer<B>;
      return await handle({ request, user, params, query, body, ahead });
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
  const faults = parsed.error.issues.map((issue) => ({ path: issue.path.join("."), message: issue.message }));
  throw new AppError(code, {
    detail: faults
      .map((fault) => (fault.path === "" ? fault.message : `${fault.path}: ${fault.message}`))
      .join("; "),
    extra: code === "not_found" ? {} : { faults },
  });
}

async function readBody(request: Request): Promise<unknown> {
  const text = await readText(request);
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new AppError("invalid_request", { detail: "The body is not JSON.", cause });
  }
}

/** Never more than the bound, whatever the request says of its own length. */
async function readText(request: Request): Promise<string> {
  if (Number(request.headers.get("content-length") ?? 0) > BODY_BYTES_MAX) throw tooLarge();
  if (request.body === null) return "";
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const part of request.body) {
    bytes += part.length;
    if (bytes > BODY_BYTES_MAX) throw tooLarge();
    text += decoder.decode(part, { stream: true });
  }
  return text + decoder.decode();
}

function tooLarge(): AppError {
  return new AppError("request_too_large", {
    detail: `It may have ${BODY_BYTES_MAX / 1024} KiB. Nothing was changed.`,
  });
}

/** JSON that no cache keeps. */
export function json(body: unknown, status = 200): Response {
  return Response.json(body, { status, headers: { "cache-control": "no-store" } });
}

/** An event stream that ends when whoever opened it may no longer do what it shows. */
export function streamed(request: Request, action: Action, stream: EventStream): Response {
  stream.guard(() => mayStill(request, action));
  return streamResponse(stream);
}

export function problemResponse(error: unknown): Response {
  const refusal = toRefusal(error);
  const { status, title } = problemOf(refusal.code);
  const body = {
    type: `urn:spiderpig:problem:${refusal.code}`,
    title,
    status,
    ...(refusal.detail === undefined ? {} : { detail: refusal.detail }),
    code: refusal.code,
    ...refusal.extra,
  };
  const headers: Record<string, string> = {
    "content-type": "application/problem+json",
    "cache-control": "no-store",
  };
  if (status === 503) headers["retry-after"] = "1";
  if (status === 401) headers["www-authenticate"] = "Bearer";
  return new Response(JSON.stringify(body), { status, headers });
}

function toRefusal(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (isUnreachable(error)) return databaseUnreachable(error);
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

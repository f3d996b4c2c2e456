// Routes a request to the handler of its endpoint: authorises, parses, calls the handler, and turns its result into a
// response. Errors become problem documents (RFC 9457) here and nowhere else.
import type { Endpoint, Method, Parsed, ResponseBody } from "../contract/endpoint.ts";
import { type EndpointName, endpoints } from "../contract/endpoints.ts";
import type { Origin } from "../domain/audit.ts";
import type { User } from "../domain/permission.ts";
import { AppError } from "../errors.ts";
import { authorise, requireConfirmation } from "../auth/authorise.ts";
import { withLimitedBody } from "./body.ts";
import { findRoute } from "./find-endpoint.ts";
import { idempotencyKeyOf } from "./idempotency.ts";
import type { EventStream } from "./live/stream.ts";
import { problemResponse } from "./problem-response.ts";
import { refuseLate } from "./request-deadline.ts";
import { originOf } from "./request-origin.ts";
import { parseBody, parseParams, parseQuery } from "./request-input.ts";
import { serveStream } from "./serve-stream.ts";

/** What a handler gets. The parts of the request are as the endpoint's schemas parse them. */
export type HandlerInput<E extends Endpoint> = {
  request: Request;
  /** Undefined if the endpoint is open to everyone: it does not authenticate. */
  user: E["permission"] extends null ? undefined : User;
  /** Where it came from, for the audit. */
  origin: Origin;
  params: Parsed<E, "params">;
  query: Parsed<E, "query">;
  body: Parsed<E, "body">;
  /** Null without the header, and if the endpoint does not accept it. */
  idempotencyKey: string | null;
};

/** What a handler returns: the body, or a whole response if it needs another status or header than the usual ones. */
type HandlerResult<E extends Endpoint> = E["response"]["kind"] extends "events"
  ? EventStream
  : E["response"]["kind"] extends "file" | "redirect"
    ? Response
    : E["response"]["kind"] extends "empty"
      ? void | Response
      : ResponseBody<E> | Response;

export type Handler<E extends Endpoint> = (input: HandlerInput<E>) => Promise<HandlerResult<E>>;

/** A handler for each endpoint; a missing one is a type error. */
export type Handlers = { [Name in EndpointName]: Handler<(typeof endpoints)[Name]> };

/** `Handlers` has checked that each handler fits its endpoint. */
type AnyHandler = (input: HandlerInput<Endpoint>) => Promise<unknown>;

export function createRouter(handlers: Handlers): (request: Request) => Promise<Response> {
  return async (request) => {
    try {
      const found = findRoute(new URL(request.url).pathname);
      const method = request.method === "HEAD" ? "GET" : request.method;
      const name = found?.byMethod.get(method as Method);
      if (found === undefined || name === undefined) throw new AppError("not_found");
      const limited = withLimitedBody(request);
      return await serve(endpoints[name], handlers[name] as AnyHandler, limited, found.params);
    } catch (error) {
      return problemResponse(error);
    }
  };
}

async function serve(
  endpoint: Endpoint,
  handler: AnyHandler,
  request: Request,
  params: Record<string, string>,
): Promise<Response> {
  const { response, permission } = endpoint;
  if (response.kind === "events") {
    return serveStream(request, permission, async (reserve) => {
      const input = await readInput(endpoint, request, params);
      reserve(input.user);
      return (await handler(input)) as EventStream;
    });
  }
  const result = await handler(await readInput(endpoint, request, params));
  if (result instanceof Response) return result;
  const [status] = response.statuses;
  return response.kind === "empty" ? new Response(null, { status }) : jsonResponse(result, status);
}

async function readInput(
  endpoint: Endpoint,
  request: Request,
  params: Record<string, string>,
): Promise<HandlerInput<Endpoint>> {
  const { permission } = endpoint;
  // Before the request is authorised: a client may send the body slowly, and lose its access meanwhile.
  const bodyText = endpoint.body === undefined ? "" : await request.text();
  const user = permission === null ? undefined : await authorise(request, permission);
  if (user !== undefined && endpoint.needsConfirmation === true) requireConfirmation(user);
  const input = {
    request,
    user,
    origin: originOf(request, user),
    params: parseParams(endpoint.params, params),
    query: parseQuery(endpoint.query, new URL(request.url).searchParams),
    body: parseBody(endpoint.body, bodyText),
    idempotencyKey: endpoint.acceptsIdempotencyKey === true ? idempotencyKeyOf(request) : null,
  };
  refuseLate(request);
  return input as HandlerInput<Endpoint>;
}

/** JSON that no cache stores. */
export function jsonResponse(body: unknown, status: number): Response {
  return Response.json(body, { status, headers: { "cache-control": "no-store" } });
}

// Calls endpoints of the server by their routes, typed by their definitions in lib/contract. Every failure becomes an
// ApiError with a `code`. Three codes are the page's own: `not_sent` (the request was not carried out and will not be),
// `network` (there was no reply: it is unknown whether the request was carried out) and `unexpected_answer` (the response
// is not from SpiderPig: a proxy responded in its place).
import type { z } from "zod";
import type { RefusedChange } from "#lib/contract/change.ts";
import type { Interaction } from "#lib/contract/interaction.ts";
import type { Endpoint, ResponseBody } from "#lib/contract/endpoint.ts";
import { type UrlArguments, urlOf } from "#lib/contract/path.ts";
import type { ProblemDocument } from "#lib/contract/problem.ts";
import type { EndpointAt, Route } from "#lib/contract/route.ts";
import { setServerTime, serverTime } from "./live/server-time.ts";
import { sendRequest } from "./send-request.ts";

export type ApiProblem = {
  code: string;
  status: number;
  title: string;
  detail: string | undefined;
  refused: readonly RefusedChange[];
  /** What is wrong with each field of the request. */
  errors: NonNullable<ProblemDocument["errors"]>;
  interaction: Interaction | undefined;
};

export class ApiError extends Error {
  readonly problem: ApiProblem;

  constructor(facts: Partial<ApiProblem> & { code: string; title: string }, cause?: unknown) {
    super(facts.detail === undefined ? facts.title : `${facts.title} ${facts.detail}`, { cause });
    this.name = "ApiError";
    this.problem = {
      status: 0,
      detail: undefined,
      refused: [],
      errors: [],
      interaction: undefined,
      ...facts,
    };
  }

  get code(): string {
    return this.problem.code;
  }
}

/** The arguments of an endpoint, and the callbacks of its caller. */
export type CallArguments<E extends Endpoint> = UrlArguments<E> &
  (E extends { body: infer Body extends z.ZodType } ? { body: z.input<Body> } : unknown) &
  (E extends { acceptsIdempotencyKey: true } ? { idempotencyKey: string } : unknown) &
  (E extends { method: "GET" }
    ? { signal?: AbortSignal }
    : {
        /** Called when the request was sent but has no response after `SEND_TIMEOUT_MS`. */
        onSlow?: () => void;
      });

/** `CallArguments` of any endpoint. */
type AnyArguments = { body?: unknown; idempotencyKey?: string; signal?: AbortSignal; onSlow?: () => void };

/** A mutating request that has not left the browser after this time is aborted. */
export const SEND_TIMEOUT_MS = 10_000;
/**
 * The server refuses it this much earlier, so that "not sent" is true: a browser reports up to a second late that it has
 * sent a request.
 */
const DEADLINE_MARGIN_MS = 2000;
const REPLY_TIMEOUT_MS = 60_000;
const READ_TIMEOUT_MS = 30_000;

const NO_CONTENT = 204;

type Reply = { ok: boolean; status: number; json: unknown };

/** @throws ApiError, or the AbortError of `signal` when the caller aborts. */
export async function call<R extends Route>(
  route: R,
  given: CallArguments<EndpointAt<R>>,
): Promise<ResponseBody<EndpointAt<R>>> {
  const [method = ""] = route.split(" ");
  const url = urlOf(route, given);
  const { ok, status, json } = await (method === "GET" ? read(url, given) : change(method, url, given));
  if (!ok) throw refusal(status, json);
  if (json !== undefined || status === NO_CONTENT) return json as ResponseBody<EndpointAt<R>>;
  throw new ApiError({
    code: "unexpected_answer",
    status,
    title: "The server sent an unexpected response.",
    detail: "A proxy may have responded in its place. Reload the page.",
  });
}

async function read(url: string, { signal }: AnyArguments): Promise<Reply> {
  const timeout = AbortSignal.timeout(READ_TIMEOUT_MS);
  try {
    const response = await fetch(url, {
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      cache: "no-store",
    });
    return { ok: response.ok, status: response.status, json: parseJson(await response.text()) };
  } catch (cause) {
    if (signal?.aborted === true) throw cause;
    throw new ApiError(
      {
        code: "network",
        title: "No response from the server.",
        detail: "Check your connection and try again.",
      },
      cause,
    );
  }
}

async function change(
  method: string,
  url: string,
  { body, idempotencyKey, onSlow }: AnyArguments,
): Promise<Reply> {
  const startedAt = performance.now();
  const timeLeft = () => SEND_TIMEOUT_MS - (performance.now() - startedAt);
  let isRepeated = false;
  for (;;) {
    const outcome = await sendRequest({
      method,
      url,
      body,
      headers: {
        ...deadlineHeader(timeLeft() - DEADLINE_MARGIN_MS),
        ...(idempotencyKey === undefined ? {} : { "idempotency-key": idempotencyKey }),
      },
      sendTimeoutMs: timeLeft(),
      replyTimeoutMs: REPLY_TIMEOUT_MS,
      onSlow: onSlow ?? (() => undefined),
    });
    if (outcome.kind === "not_sent") throw notSent();
    if (outcome.kind === "no_reply") {
      throw new ApiError({
        code: "network",
        title: "No response from the server.",
        detail: "Your request may have been processed. Check this page before you try again.",
      });
    }
    const { status, text } = outcome;
    const json = parseJson(text);
    const refused = problemDocument(json);
    if (refused?.code !== "request_too_late") return { ok: status >= 200 && status < 300, status, json };
    // The network delayed it, or this tab was wrong about the server's clock, for example after the computer slept.
    setServerTime(Date.parse(String(refused["serverTime"])));
    if (isRepeated || timeLeft() <= DEADLINE_MARGIN_MS) throw notSent();
    isRepeated = true;
  }
}

function deadlineHeader(inMs: number): Record<string, string> {
  const now = serverTime();
  return now === undefined ? {} : { "request-deadline": new Date(now + inMs).toISOString() };
}

function notSent(): ApiError {
  return new ApiError({
    code: "not_sent",
    title: "Not sent.",
    detail:
      "The server could not be reached. Nothing was changed, and the request will not be sent later. Check your connection and try again.",
  });
}

/** Undefined for a response that is empty or HTML. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function refusal(status: number, json: unknown): ApiError {
  const problem = problemDocument(json);
  if (problem === undefined) {
    return new ApiError({
      code: "unexpected_answer",
      status,
      title: `The server responded with status ${status}.`,
      detail: "Try again. If it happens again, contact an administrator.",
    });
  }
  const { code, title, detail, refused = [], errors = [], interaction } = problem;
  return new ApiError({ code, status, title, detail, refused, errors, interaction });
}

/** Undefined for a response that is not from SpiderPig. */
function problemDocument(json: unknown): ProblemDocument | undefined {
  const problem = json as Partial<ProblemDocument> | null | undefined;
  return typeof problem?.code === "string" && typeof problem.title === "string"
    ? (problem as ProblemDocument)
    : undefined;
}

/** Shown for a request that was sent and has no response yet. */
export const SLOW_PROBLEM: ApiProblem = new ApiError({
  code: "no_reply_yet",
  title: "Sent, but no response yet.",
  detail: "Waiting…",
}).problem;

/** For catch blocks: the problem to show, whatever was thrown. */
export function problemOf(error: unknown): ApiProblem {
  if (error instanceof ApiError) return error.problem;
  return new ApiError({ code: "internal", title: "Something went wrong on this page." }, error).problem;
}

// The page's one way to the server: sends, checks the answer against its wire schema, and turns every failure
// into an ApiError whose `code` callers branch on. Three codes are the page's own: `not_sent` (the request was not
// carried out and will not be), `network` (no reply came: whether it was carried out is not known) and
// `unexpected_answer` (something between us and the server answered, or page and server differ in version).
import { z } from "zod";
import type { RefusedChange } from "#lib/contract/change.ts";
import type { Interaction } from "#lib/contract/interaction.ts";
import { problem } from "#lib/contract/problem.ts";
import { setServerTime, serverTime } from "./live/server-time.ts";
import { sendRequest } from "./send-request.ts";

export type ApiProblem = {
  code: string;
  status: number;
  title: string;
  detail: string | undefined;
  refused: readonly RefusedChange[];
  interaction: Interaction | undefined;
};

export class ApiError extends Error {
  readonly problem: ApiProblem;

  constructor(facts: Partial<ApiProblem> & { code: string; title: string }, cause?: unknown) {
    super(facts.detail === undefined ? facts.title : `${facts.title} ${facts.detail}`, { cause });
    this.name = "ApiError";
    this.problem = { status: 0, detail: undefined, refused: [], interaction: undefined, ...facts };
  }

  get code(): string {
    return this.problem.code;
  }
}

export type ApiRequest<T> = {
  method?: "GET" | "POST" | "PUT" | "DELETE";
  path: string;
  answer: z.ZodType<T>;
  body?: unknown;
  headers?: Record<string, string>;
  /** Only for GET. */
  signal?: AbortSignal;
  /** The request was sent, but there is no reply after `SEND_TIMEOUT_MS`. Only for other methods than GET. */
  onSlow?: () => void;
};

/** A request that changes something and could not be sent in this time is aborted. */
export const SEND_TIMEOUT_MS = 10_000;
/**
 * The server accepts it only until so much earlier, so that "not sent" is true: a browser says up to a second late that a
 * request has left.
 */
const DEADLINE_MARGIN_MS = 2000;
const REPLY_TIMEOUT_MS = 60_000;
const READ_TIMEOUT_MS = 30_000;

type Reply = { ok: boolean; status: number; json: unknown };

/** @throws ApiError, or the AbortError of `signal` when the caller itself gave up. */
export async function callApi<T>(request: ApiRequest<T>): Promise<T> {
  const { ok, status, json } = await ((request.method ?? "GET") === "GET" ? read(request) : change(request));
  if (!ok) throw refusal(status, json);
  const parsed = request.answer.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new ApiError(
    {
      code: "unexpected_answer",
      status,
      title: "The server answered in an unknown form.",
      detail: "Reload the page; it may be older than the server.",
    },
    parsed.error,
  );
}

async function read<T>({ path, headers, signal }: ApiRequest<T>): Promise<Reply> {
  const timeout = AbortSignal.timeout(READ_TIMEOUT_MS);
  try {
    const response = await fetch(path, {
      headers: headers ?? {},
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      cache: "no-store",
    });
    return { ok: response.ok, status: response.status, json: parseJson(await response.text()) };
  } catch (cause) {
    if (signal?.aborted === true) throw cause;
    throw new ApiError(
      { code: "network", title: "The server did not reply.", detail: "Check your connection and try again." },
      cause,
    );
  }
}

async function change<T>(request: ApiRequest<T>): Promise<Reply> {
  const startedAt = performance.now();
  const timeLeft = () => SEND_TIMEOUT_MS - (performance.now() - startedAt);
  let isRepeated = false;
  for (;;) {
    const outcome = await sendRequest({
      method: request.method ?? "POST",
      path: request.path,
      body: request.body,
      headers: { ...deadlineHeader(timeLeft() - DEADLINE_MARGIN_MS), ...request.headers },
      sendTimeoutMs: timeLeft(),
      replyTimeoutMs: REPLY_TIMEOUT_MS,
      onSlow: request.onSlow ?? (() => undefined),
    });
    if (outcome.kind === "not_sent") throw notSent();
    if (outcome.kind === "no_reply") {
      throw new ApiError({
        code: "network",
        title: "The server did not reply.",
        detail: "Your request may have been carried out. Check what this page shows before you try again.",
      });
    }
    const { status, text } = outcome;
    const json = parseJson(text);
    const refused = problem.safeParse(json);
    if (refused.data?.code !== "request_too_late") return { ok: status >= 200 && status < 300, status, json };
    // It was late on its way, or this tab was wrong about the server's clock, for instance after it slept.
    setServerTime(Date.parse(String(refused.data["serverTime"])));
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
      "The server could not be reached in time. Nothing was changed, and the request will not be delivered later. Check your connection and try again.",
  });
}

/** Undefined for an empty or HTML answer: `refusal` and the schema say what that means. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function refusal(status: number, json: unknown): ApiError {
  const parsed = problem.safeParse(json);
  if (!parsed.success) {
    return new ApiError({
      code: "unexpected_answer",
      status,
      title: `The server answered with ${status}.`,
      detail: "Try again; if it stays, tell whoever runs this site.",
    });
  }
  const { code, title, detail, refused, interaction } = parsed.data;
  return new ApiError({ code, status, title, detail, refused: refused ?? [], interaction });
}

/** For a request that was sent and has no reply yet. */
export const SLOW_PROBLEM: ApiProblem = new ApiError({
  code: "no_reply_yet",
  title: "Sent, but no reply yet.",
  detail: "Checking…",
}).problem;

/** For catch blocks: what to show, whatever was thrown. */
export function problemOf(error: unknown): ApiProblem {
  if (error instanceof ApiError) return error.problem;
  return new ApiError({ code: "internal", title: "Something went wrong on this page." }, error).problem;
}

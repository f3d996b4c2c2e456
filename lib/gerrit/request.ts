// One GET request to Gerrit's REST API, with a timeout and a size limit, and without redirects. Each kind of failure has its
// own code, because each needs another remedy.
import type { ErrorCode } from "../errors.ts";
import { requestContext } from "../request-context.ts";
import { type FetchFailure, fetchFailureOf, isTimeout } from "../fetch-failure.ts";

export type GerritFailureCode = Extract<ErrorCode, `gerrit_${string}`>;

/** `reason` is shown in the log and to the deployer; it continues "<address> …". */
export class GerritFailure extends Error {
  readonly code: GerritFailureCode;
  readonly status: number | undefined;

  constructor(code: GerritFailureCode, reason: string, options: { status?: number; cause?: unknown } = {}) {
    super(reason, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "GerritFailure";
    this.code = code;
    this.status = options.status;
  }
}

const ANSWER_BYTES_MAX = 8 * 1024 * 1024;
/** Of a message of Gerrit, this much is shown. */
const MESSAGE_MAX = 200;
/** The first line of every response. It prevents a browser from running the response as a script. */
const GUARD = ")]}'";

/** @returns the JSON of the response. @throws GerritFailure. */
export async function requestGerrit(url: URL, timeoutMs: number): Promise<unknown> {
  const signal = AbortSignal.timeout(timeoutMs);
  let response: Response;
  try {
    response = await fetch(url, { headers: requestHeaders(), redirect: "manual", signal });
  } catch (cause) {
    throw connectionFailure(cause, timeoutMs);
  }
  const text = await readText(response, timeoutMs);
  requireSuccess(response, text, url);
  return parseAnswer(text);
}

/** With the trace of the request of the page, if it has one: the log of Gerrit and ours can be compared. */
function requestHeaders(): Record<string, string> {
  const trace = requestContext()?.trace;
  return { accept: "application/json", ...(trace === undefined ? {} : { traceparent: trace.traceparent }) };
}

async function readText(response: Response, timeoutMs: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  try {
    for await (const part of response.body ?? []) {
      bytes += part.length;
      if (bytes > ANSWER_BYTES_MAX) break;
      text += decoder.decode(part, { stream: true });
    }
  } catch (cause) {
    if (isTimeout(cause)) throw connectionFailure(cause, timeoutMs);
    throw new GerritFailure(
      "gerrit_answer_incomplete",
      "closed the connection in the middle of its response",
      {
        status: response.status,
        cause,
      },
    );
  }
  if (bytes > ANSWER_BYTES_MAX) {
    throw new GerritFailure("gerrit_answer_invalid", "sent a response that is too large");
  }
  return text + decoder.decode();
}

function requireSuccess(response: Response, text: string, url: URL): void {
  const { status, headers } = response;
  const fail = (code: GerritFailureCode, reason: string) => {
    throw new GerritFailure(code, reason, { status });
  };
  if (status >= 300 && status < 400) return fail("gerrit_redirected", redirectOf(headers, url));
  if (status === 401 || status === 403) return fail("gerrit_sign_in_required", `responded with ${status}`);
  if (status === 404) return fail("gerrit_not_found", "responded with 404");
  if (status === 400) return fail("gerrit_query_refused", messageOf(text));
  if (status !== 200) return fail("gerrit_failed", `responded with ${status}`);
  if (headers.get("content-type")?.startsWith("text/html") === true || /^\s*</.test(text)) {
    fail("gerrit_sign_in_required", "sent a web page, probably a sign-in form");
  }
}

function redirectOf(headers: Headers, url: URL): string {
  const location = headers.get("location") ?? "";
  if (!URL.canParse(location, url)) return "redirects to an unknown address";
  // Without the query, which may contain a sign-in token.
  const { origin, pathname } = new URL(location, url);
  return `redirects to ${(origin + pathname).slice(0, MESSAGE_MAX)}`;
}

function messageOf(text: string): string {
  const message = text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, " ")
    .replace(/ {2,}/g, " ")
    .trim();
  return message.length > MESSAGE_MAX ? `${message.slice(0, MESSAGE_MAX)}…` : message;
}

function parseAnswer(text: string): unknown {
  if (!text.startsWith(GUARD)) {
    throw new GerritFailure("gerrit_answer_invalid", `did not begin its response with ${GUARD}`);
  }
  try {
    return JSON.parse(text.slice(GUARD.length)) as unknown;
  } catch (cause) {
    throw new GerritFailure("gerrit_answer_incomplete", "sent JSON that is incomplete or invalid", { cause });
  }
}

const CODES = {
  timeout: "gerrit_timeout",
  tls: "gerrit_untrusted",
  not_http: "gerrit_answer_invalid",
  unreachable: "gerrit_unreachable",
} as const satisfies Record<FetchFailure["kind"], GerritFailureCode>;

function connectionFailure(cause: unknown, timeoutMs: number): GerritFailure {
  const { kind, reason } = fetchFailureOf(cause, timeoutMs);
  return new GerritFailure(CODES[kind], reason, { cause });
}

// What of better-auth is reachable from outside: signing in and signing out, nothing else of the many endpoints it
// has. Its answers are turned into ours: no body that repeats the account or the session, and problem documents.
import { z } from "zod";
import { isUnreachable } from "../db/connection.ts";
import { AppError, databaseUnreachable, type ErrorCode } from "../errors.ts";
import { type Auth, auth } from "./auth.ts";
import { pageBehind } from "./authorise.ts";
import { readText } from "./body.ts";
import { refusalResponse } from "./problem.ts";
import { ACCOUNT_PACE } from "./sign-in-pace.ts";

const SIGN_IN = "/api/auth/sign-in/username";
const SIGN_OUT = "/api/auth/sign-out";

/**
 * 204 with the cookie set or removed, or a problem document.
 * @throws AppError database_unreachable, request_too_large.
 */
export async function answerAuthRequest(request: Request, using: Auth = auth()): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (pathname !== SIGN_IN && pathname !== SIGN_OUT) return refusal("not_found");
  // The library asks this only of requests with a cookie; signing somebody in to a stranger's account needs none.
  if (pageBehind(request, using) === "foreign") return refusal("foreign_origin");
  const answer = await using.library
    .handler(pathname === SIGN_OUT ? withoutBody(request) : await withReadBody(request))
    .catch((cause: unknown) => {
      throw isUnreachable(cause) ? databaseUnreachable(cause) : cause;
    });
  if (answer.ok) return accepted(answer);
  switch (answer.status) {
    case 401:
    case 422:
      return refusal("sign_in_refused");
    case 403:
      return refusal(
        (await problemIn(answer)).code === "ACCOUNT_DISABLED" ? "account_disabled" : "foreign_origin",
      );
    case 429:
      return tooMany(answer);
    case 400:
    case 413:
    case 415:
      return refusal("invalid_request");
    default:
      throw new Error(`the library answered ${answer.status} to ${request.method} ${request.url}`);
  }
}

/** Too many from one address, as the library counts them, or for one account (sign-in-pace.ts). */
async function tooMany(answer: Response): Promise<Response> {
  const { code, message } = await problemIn(answer);
  const isOfAccount = code === ACCOUNT_PACE;
  const seconds = Number(isOfAccount ? message : answer.headers.get("x-retry-after")) || 60;
  const why = isOfAccount ? "for this user name" : "from this address";
  return refusal("too_many_sign_ins", {
    headers: { "retry-after": String(seconds) },
    detail: `There were too many ${why}. Try again in ${seconds === 1 ? "1 second" : `${seconds} seconds`}.`,
  });
}

/** Signing out takes none, and the library refuses an empty one without a type, which is what `fetch` sends. */
function withoutBody({ url, method, headers }: Request): Request {
  const kept = new Headers(headers);
  kept.delete("content-type");
  kept.delete("content-length");
  return new Request(url, { method, headers: kept });
}

/** The library reads a body of any length and hashes its password. @throws AppError request_too_large. */
async function withReadBody(request: Request): Promise<Request> {
  const body = await readText(request);
  const headers = new Headers(request.headers);
  headers.delete("content-length");
  headers.delete("transfer-encoding");
  return new Request(request.url, { method: request.method, headers, body });
}

/** Only the cookies go on: the body holds the session's key, a header the signed one, which scripts must not see. */
function accepted(answer: Response): Response {
  const headers = new Headers({ "cache-control": "no-store" });
  for (const cookie of answer.headers.getSetCookie()) headers.append("set-cookie", cookie);
  return new Response(null, { status: 204, headers });
}

function refusal(
  code: ErrorCode,
  { headers, detail }: { headers?: Record<string, string>; detail?: string } = {},
): Response {
  return refusalResponse(new AppError(code, detail === undefined ? {} : { detail }), headers);
}

const libraryProblem = z.object({ code: z.string(), message: z.string() }).partial();

async function problemIn(answer: Response): Promise<z.infer<typeof libraryProblem>> {
  const body: unknown = await answer.json().catch(() => undefined);
  return libraryProblem.safeParse(body).data ?? {};
}

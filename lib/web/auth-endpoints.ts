// Signing in and out with better-auth. No other of its endpoints is reachable from outside. Its responses are turned into
// ours: no body that repeats the account or the session, and problem documents.
import { z } from "zod";
import type { SignInRequest } from "../contract/account.ts";
import { sessionGeneration } from "../db/accounts.ts";
import { databaseUnavailable, isUnreachable } from "../db/connection.ts";
import { AppError, type ErrorCode } from "../errors.ts";
import { type Auth, auth } from "../auth/auth.ts";
import { authenticate, pageBehind } from "../auth/authorise.ts";
import { providerSignOutUrl } from "../auth/oidc/sign-out.ts";
import { recordFailedSignIn, recordSignIn, recordSignOut } from "../auth/audit-sign-in.ts";
import { type PasskeyAnswer, verifyPasskey } from "../auth/passkeys.ts";
import { originOf } from "./request-origin.ts";
import { refusalResponse } from "./problem.ts";
import { ACCOUNT_PACE } from "../auth/sign-in-pace.ts";

/** 204 with the session's cookie, or a problem document. @throws AppError database_unreachable. */
export async function signIn(
  request: Request,
  credentials: SignInRequest,
  using: Auth = auth(),
): Promise<Response> {
  const { database } = using.settings;
  const generation = await sessionGeneration(database, credentials.username);
  const { response, refusedAs } = await forward(request, JSON.stringify(credentials), using);
  const attempt = { name: credentials.username, method: "password" };
  if (response.ok) {
    await recordSignIn(using, originOf(request), {
      ...attempt,
      name: attempt.name.toLowerCase(),
      request,
      opened: { generation, headers: response.headers },
    });
  } else if (refusedAs === "sign_in_refused" || refusedAs === "account_disabled") {
    await recordFailedSignIn(database, originOf(request), { ...attempt, reason: refusedAs });
  }
  return response;
}

/** 204 with the session's cookie. @throws AppError foreign_origin, passkey_refused. */
export async function signInWithPasskey(
  request: Request,
  answer: PasskeyAnswer,
  using: Auth = auth(),
): Promise<Response> {
  if (pageBehind(request, using) === "foreign") throw new AppError("foreign_origin");
  const { database } = using.settings;
  const origin = originOf(request);
  const method = "passkey";
  const {
    userId,
    name,
    sessionGeneration: generation,
  } = await verifyPasskey(answer, using).catch(async (error: unknown) => {
    await recordFailedSignIn(database, origin, { name: undefined, method, reason: "passkey_refused" });
    throw error;
  });
  const { headers } = await using.library.api.openSession({
    body: { userId, signInMethod: "passkey" },
    headers: request.headers,
    returnHeaders: true,
  });
  await recordSignIn(using, origin, { name, method, request, opened: { generation, headers } });
  return accepted(headers);
}

/** Without a session; or a problem document. @throws AppError database_unreachable. */
export async function signOut(request: Request, using: Auth = auth()): Promise<Response> {
  const user = await authenticate(request, using);
  const session = user?.session?.id;
  const continueAt = session === undefined ? undefined : await providerSignOutUrl(session, using);
  const { response } = await forward(request, undefined, using);
  if (!response.ok) return response;
  if (user !== undefined) await recordSignOut(using.settings.database, originOf(request, user), user.name);
  return Response.json({ continueAt: continueAt ?? null }, { headers: response.headers });
}

type Forwarded = { response: Response; refusedAs?: ErrorCode };

async function forward(request: Request, body: string | undefined, using: Auth): Promise<Forwarded> {
  // The library checks this only for requests with a cookie. Signing a browser in to an attacker's account needs none.
  if (pageBehind(request, using) === "foreign") return refusal("foreign_origin");
  const answer = await using.library.handler(withBody(request, body)).catch((cause: unknown) => {
    throw isUnreachable(cause) ? databaseUnavailable(cause) : cause;
  });
  if (answer.ok) return { response: accepted(answer.headers) };
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
      return refusal("invalid_request");
    default:
      throw new Error(`better-auth answered ${answer.status} to ${request.method} ${request.url}`);
  }
}

/** Too many attempts from one address, as the library counts them, or for one account (sign-in-pace.ts). */
async function tooMany(answer: Response): Promise<Forwarded> {
  const { code, message } = await problemIn(answer);
  const isOfAccount = code === ACCOUNT_PACE;
  const seconds = Number(isOfAccount ? message : answer.headers.get("x-retry-after")) || 60;
  const why = isOfAccount ? "for this user name" : "from this address";
  return refusal("too_many_sign_ins", {
    headers: { "retry-after": String(seconds) },
    detail: `There were too many ${why}. Try again in ${seconds === 1 ? "1 second" : `${seconds} seconds`}.`,
  });
}

/** With the body that the router has read. The library refuses an empty one, which browsers send to sign out, unless it has no type. */
function withBody({ url, method, headers }: Request, body: string | undefined): Request {
  const kept = new Headers(headers);
  for (const name of ["content-length", "transfer-encoding", "content-type"]) kept.delete(name);
  if (body === undefined) return new Request(url, { method, headers: kept });
  kept.set("content-type", "application/json");
  return new Request(url, { method, headers: kept, body });
}

/** Only the cookies: the library's body and one of its headers contain the session's key, which scripts must not see. */
function accepted(given: Headers): Response {
  const headers = new Headers({ "cache-control": "no-store" });
  for (const cookie of given.getSetCookie()) headers.append("set-cookie", cookie);
  return new Response(null, { status: 204, headers });
}

function refusal(
  code: ErrorCode,
  { headers, detail }: { headers?: Record<string, string>; detail?: string } = {},
): Forwarded {
  const error = new AppError(code, detail === undefined ? {} : { detail });
  return { response: refusalResponse(error, headers), refusedAs: code };
}

const libraryProblem = z.object({ code: z.string(), message: z.string() }).partial();

async function problemIn(answer: Response): Promise<z.infer<typeof libraryProblem>> {
  const body: unknown = await answer.json().catch(() => undefined);
  return libraryProblem.safeParse(body).data ?? {};
}

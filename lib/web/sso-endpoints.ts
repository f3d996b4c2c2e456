// The endpoints of single sign-on: the browser is sent to the identity provider, comes back, and the provider reports sessions that
// have ended there.
import { type Auth, auth } from "../auth/auth.ts";
import { recordFailedSignIn, recordSignIn } from "../auth/audit-sign-in.ts";
import { pageBehind } from "../auth/authorise.ts";
import { finishSignIn, startSignIn } from "../auth/oidc/single-sign-on.ts";
import { endSessionsOfToken } from "../auth/oidc/sign-out.ts";
import type { SignInMethod } from "../domain/second-factor.ts";
import { AppError } from "../errors.ts";
import { createLog, type Log } from "../log.ts";
import { originOf } from "./request-origin.ts";

const METHOD: SignInMethod = "single_sign_on";

/** @throws AppError sso_not_configured, sso_unreachable, foreign_origin. */
export async function startSso(request: Request, nextPath: string, using: Auth = auth()): Promise<Response> {
  if (pageBehind(request, using) === "foreign") throw new AppError("foreign_origin");
  const { url, cookie } = await startSignIn(request, nextPath, using);
  return Response.json({ url }, { headers: { "cache-control": "no-store", "set-cookie": cookie } });
}

/** To the page, with a session; or to the sign-in page, with the reason. @throws AppError sso_not_configured, database_unreachable. */
export async function finishSso(request: Request, using: Auth = auth()): Promise<Response> {
  const { next, cookies, refusal, name } = await finishSignIn(request, using);
  const { database } = using.settings;
  if (refusal === undefined) {
    await recordSignIn(using, originOf(request), { name, method: METHOD, request });
  } else {
    const { code, cause } = refusal;
    await recordFailedSignIn(database, originOf(request), { name, method: METHOD, reason: code });
    signInLog().warn("single sign-on: sign-in refused", { code, error: cause });
  }
  const query = new URLSearchParams({ problem: refusal?.code ?? "", next });
  const headers = new Headers({
    location: refusal === undefined ? next : `/sign-in?${query}`,
    "cache-control": "no-store",
  });
  for (const cookie of cookies) headers.append("set-cookie", cookie);
  return new Response(null, { status: 303, headers });
}

/** @throws AppError invalid_request, request_too_large, sso_not_configured, sso_unreachable. */
export async function endSsoSessions(request: Request, using: Auth = auth()): Promise<void> {
  const form = new URLSearchParams(await request.text());
  await endSessionsOfToken(form.get("logout_token") ?? "", using);
}

let log: Log | undefined;

/** Created at first use, because a build of the pages has no settings. */
function signInLog(): Log {
  log ??= createLog("web");
  return log;
}

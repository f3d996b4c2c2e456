// Sign-in by the identity provider, in two steps: the browser is sent there, and comes back with a code.
import { APIError } from "better-auth/api";
import * as client from "openid-client";
import { insertSsoSession } from "../../db/sso.ts";
import { safeNextPath } from "../../domain/next-path.ts";
import { AppError } from "../../errors.ts";
import { type Auth, auth } from "../auth.ts";
import { firstCheckMs } from "./checks.ts";
import { expiredFlowCookie, flowCookie, readFlowCookie, type SignInFlow } from "./flow-cookie.ts";
import { identityOf, isStrongEnough } from "./identity.ts";
import { admitPerson, withdrawPerson } from "./people.ts";
import { ssoRefusal, toSsoRefusal } from "./problems.ts";
import type { Grant } from "./provider.ts";
import { seal } from "./sealed.ts";

export const CALLBACK_PATH = "/api/auth/sso/callback";

/** @returns the address at the provider. @throws AppError sso_not_configured, sso_unreachable. */
export async function startSignIn(
  request: Request,
  nextPath: string,
  using: Auth = auth(),
): Promise<{ url: string; cookie: string }> {
  const { provider } = configured(using);
  // On loopback, pages have several origins, and the cookie belongs to the one of the page.
  const origin = request.headers.get("origin") ?? "";
  const ownOrigin = using.ownOrigins.includes(origin) ? origin : using.settings.publicUrl;
  const flow: SignInFlow = {
    state: client.randomState(),
    nonce: client.randomNonce(),
    verifier: client.randomPKCECodeVerifier(),
    redirectUri: `${ownOrigin}${CALLBACK_PATH}`,
    next: safeNextPath(nextPath),
  };
  try {
    return { url: await provider.signInUrl(flow), cookie: await flowCookie(flow, using.settings) };
  } catch (cause) {
    throw toSsoRefusal(cause);
  }
}

/** What the browser gets: its session or the reason why there is none, and where it continues. */
export type FinishedSignIn = { next: string; cookies: string[] } & (
  | { refusal?: undefined; name: string }
  | { refusal: AppError; name?: undefined }
);

/** @param request the one with which the browser returns from the provider. @throws AppError database_unreachable. */
export async function finishSignIn(request: Request, using: Auth = auth()): Promise<FinishedSignIn> {
  configured(using);
  const flow = await readFlowCookie(request, using.settings);
  const cookies = [expiredFlowCookie(using.settings)];
  if (flow === undefined) return { next: "/", cookies, refusal: ssoRefusal("sso_failed") };
  try {
    const { name, cookies: ofSession } = await signIn(request, flow, using);
    return { next: flow.next, cookies: [...cookies, ...ofSession], name };
  } catch (cause) {
    const refusal = toSsoRefusal(cause);
    if (!(refusal instanceof AppError) || refusal.code === "database_unreachable") throw refusal;
    return { next: flow.next, cookies, refusal };
  }
}

async function signIn(
  request: Request,
  flow: SignInFlow,
  using: Auth,
): Promise<{ name: string; cookies: string[] }> {
  const { provider, settings } = configured(using);
  const { database: db, secret } = using.settings;
  const response = new URL(flow.redirectUri);
  response.search = new URL(request.url).search;
  const grant = await provider.exchange(response, flow);
  const subject = subjectOf(grant, settings.issuer);
  if (!isStrongEnough(grant.claims, settings)) throw ssoRefusal("sso_not_strong");
  const identity = identityOf(grant.claims, settings);
  if (typeof identity === "string") {
    if (identity === "sso_no_group") await withdrawPerson(db, subject);
    throw ssoRefusal(identity);
  }
  const { id: userId, name } = await admitPerson(db, subject, identity);
  const { headers, response: begun } = await beginSession(userId, request, using);
  const { sid } = grant.claims;
  const session = {
    ...subject,
    sessionId: begun.sessionId,
    sid: typeof sid === "string" ? sid : null,
    tokens: await seal(secret, grant.tokens),
  };
  await insertSsoSession(db, session, firstCheckMs(settings));
  return { name, cookies: headers.getSetCookie() };
}

async function beginSession(userId: string, { headers }: Request, { library }: Auth) {
  try {
    return await library.api.beginSsoSession({ body: { userId }, headers, returnHeaders: true });
  } catch (cause) {
    throw cause instanceof APIError && cause.body?.code === "ACCOUNT_DISABLED"
      ? ssoRefusal("account_disabled", cause)
      : cause;
  }
}

function subjectOf({ claims }: Grant, issuer: string): { issuer: string; subject: string } {
  const { sub } = claims;
  if (typeof sub !== "string" || sub === "") throw ssoRefusal("sso_failed");
  return { issuer, subject: sub };
}

/** @throws AppError sso_not_configured. */
export function configured({ sso }: Auth): NonNullable<Auth["sso"]> {
  if (sso === undefined) throw new AppError("sso_not_configured");
  return sso;
}

// The one place that authenticates and authorises requests. The router calls `authorise`, pages call `currentUser`, and
// their loaders `permit`; none has a rule of its own. One query per call, and nothing is cached between calls, so that a
// revoked session or a changed role takes effect at the next request.
import { cache } from "react";
import { type Action, may, type User } from "../domain/permission.ts";
import { AppError } from "../errors.ts";
import { requestContext } from "../request-context.ts";
import { type Auth, auth } from "./auth.ts";
import { findSessionUser, findTokenUser } from "./callers.ts";

/** Methods that change nothing; pages of other origins may make a browser send them. */
const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

/** @throws AppError not_signed_in, not_permitted, database_unreachable. */
export async function authorise(request: Request, action: Action, using: Auth = auth()): Promise<User> {
  const user = await callerOf(request, using);
  // A person who has still to verify a second factor is not signed in yet.
  if (user === undefined || (user.session?.step !== undefined && !may(user, action))) {
    throw new AppError("not_signed_in");
  }
  permit(user, action);
  return user;
}

/**
 * Prevents that another person at an unlocked computer takes the account over for good.
 * @throws AppError confirmation_required when the person proved long ago who they are.
 */
export function requireConfirmation({ session }: User): void {
  if (session?.isConfirmed !== true) throw new AppError("confirmation_required");
}

/** For a user who is authenticated already. @throws AppError not_permitted. */
export function permit(user: User, action: Action): void {
  if (!may(user, action)) throw new AppError("not_permitted");
}

/** Whether the request would still be authorised; for streams that stay open. @throws AppError database_unreachable. */
export async function mayStill(request: Request, action: Action, using: Auth = auth()): Promise<boolean> {
  return may(await callerOf(request, using), action);
}

/** The user who sends the request; undefined without valid credentials, and before the second step of signing in. */
export async function authenticate(request: Request, using: Auth = auth()): Promise<User | undefined> {
  return signedIn(await callerOf(request, using));
}

/**
 * By API token or session cookie; also a person who has still to verify a second factor.
 * @throws AppError foreign_origin if a browser sends it for a page of another site, database_unreachable.
 */
async function callerOf(request: Request, using: Auth): Promise<User | undefined> {
  const credentials = credentialsOf(request.headers);
  if (credentials === undefined) return undefined;
  // A browser sends a cookie by itself, also for a page of another site; it never sends a token by itself.
  if (
    credentials.has("cookie") &&
    !SAFE_METHODS.has(request.method) &&
    pageBehind(request, using) !== "own"
  ) {
    throw new AppError("foreign_origin");
  }
  return identify(credentials, using);
}

/** The user who requests a page; for server components. One query per request, however many components call it. */
export async function currentUser(): Promise<User | undefined> {
  return signedIn(await currentCaller());
}

/** The person who has entered the password and has still to verify or set up a second factor. */
export async function currentSignIn(): Promise<User | undefined> {
  const caller = await currentCaller();
  return caller?.session?.step === undefined ? undefined : caller;
}

const currentCaller = cache(async (): Promise<User | undefined> => {
  const { headers } = await import("next/headers");
  const credentials = credentialsOf(await headers());
  return credentials === undefined ? undefined : identify(credentials, auth());
});

function signedIn(caller: User | undefined): User | undefined {
  return caller?.session?.step === undefined ? caller : undefined;
}

/** The token if there is one, else the cookie; never both, so that a bad token does not fall back to a good cookie. */
function credentialsOf(headers: { get(name: string): string | null }): Headers | undefined {
  const authorization = headers.get("authorization");
  if (authorization !== null && /^bearer /i.test(authorization)) return new Headers({ authorization });
  const cookie = headers.get("cookie");
  return cookie === null ? undefined : new Headers({ cookie });
}

/**
 * The site of the page that made a browser send the request. Browsers send it with every request that changes something,
 * and no page can forge it. `unsaid`: neither header is there, as in requests of programs; a cookie is not accepted then.
 */
export function pageBehind({ headers }: Request, { ownOrigins }: Auth): "own" | "foreign" | "unsaid" {
  const origin = headers.get("origin");
  const site = headers.get("sec-fetch-site");
  if (origin === null && site === null) return "unsaid";
  // Both, if both are there: after DNS rebinding, a page of another site looks like ours by the second header alone.
  const own = (origin === null || ownOrigins.includes(origin)) && (site === null || site === "same-origin");
  return own ? "own" : "foreign";
}

async function identify(credentials: Headers, using: Auth): Promise<User | undefined> {
  const user = await findCaller(credentials, using);
  const context = requestContext();
  if (context !== undefined && user !== undefined) context.userName = user.name;
  return user;
}

async function findCaller(credentials: Headers, { library, settings }: Auth): Promise<User | undefined> {
  const authorization = credentials.get("authorization");
  if (authorization !== null) return findTokenUser(authorization.slice("bearer ".length).trim(), settings);
  const { token } = await library.api.readSessionCookie({ headers: credentials });
  return token === undefined ? undefined : findSessionUser(token, settings);
}

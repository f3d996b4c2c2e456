// The one place that decides about a request: who makes it, and whether that person may do it. Every route calls
// `authorise`, every page `currentUser`, whose loaders call `permit`; none has a rule of its own. One query a call, and nothing remembered
// between calls, so that a revoked session or a changed role counts at the next request.
import { cache } from "react";
import { type Action, may, type User } from "../domain/permission.ts";
import { databaseUnavailable, isUnreachable } from "../db/connection.ts";
import { AppError } from "../errors.ts";
import { admittedUser, type Auth, auth } from "./auth.ts";

/** Methods that change nothing, which any page may make a browser send. */
const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

/** @throws AppError not_signed_in, not_permitted, database_unreachable. */
export async function authorise(request: Request, action: Action, using: Auth = auth()): Promise<User> {
  const user = await authenticate(request, using);
  if (user === undefined) throw new AppError("not_signed_in");
  permit(user, action);
  return user;
}

/** For whoever is known already. @throws AppError not_permitted. */
export function permit(user: User, action: Action): void {
  if (!may(user, action)) throw new AppError("not_permitted");
}

/** Whether the request would be let in now; for what goes on after it was. @throws AppError database_unreachable. */
export async function mayStill(request: Request, action: Action, using: Auth = auth()): Promise<boolean> {
  const user = await authenticate(request, using);
  return user !== undefined && may(user, action);
}

/**
 * Who makes the request, by API token or by session cookie; undefined when nobody who may come in.
 * @throws AppError foreign_origin when a browser sends it for somebody else's page, database_unreachable.
 */
export async function authenticate(request: Request, using: Auth = auth()): Promise<User | undefined> {
  const credentials = credentialsOf(request.headers);
  if (credentials === undefined) return undefined;
  // A token is never sent by itself, so no page can misuse it; a cookie is.
  if (
    credentials.has("cookie") &&
    !SAFE_METHODS.has(request.method) &&
    pageBehind(request, using) !== "own"
  ) {
    throw new AppError("foreign_origin");
  }
  return identify(credentials, using);
}

/** Who looks at a page; for server components. Asked once a request, however many components ask. */
export const currentUser = cache(async (): Promise<User | undefined> => {
  const { headers } = await import("next/headers");
  const credentials = credentialsOf(await headers());
  return credentials === undefined ? undefined : identify(credentials, auth());
});

/** The token if there is one, else the cookie; never both, so that a bad token does not fall back to a good cookie. */
function credentialsOf(headers: { get(name: string): string | null }): Headers | undefined {
  const authorization = headers.get("authorization");
  if (authorization !== null && /^bearer /i.test(authorization)) return new Headers({ authorization });
  const cookie = headers.get("cookie");
  return cookie === null ? undefined : new Headers({ cookie });
}

/**
 * Whose page made a browser send this. Browsers say so with everything that changes something, and no page can make
 * them lie; `unsaid` is what programs send, and what a browser must not get away with.
 */
export function pageBehind({ headers }: Request, { ownOrigins }: Auth): "own" | "foreign" | "unsaid" {
  const origin = headers.get("origin");
  const site = headers.get("sec-fetch-site");
  if (origin === null && site === null) return "unsaid";
  // Both, if both are there: a host name bent to our address makes a page look like ours by the second alone.
  const own = (origin === null || ownOrigins.includes(origin)) && (site === null || site === "same-origin");
  return own ? "own" : "foreign";
}

async function identify(credentials: Headers, { library, settings }: Auth): Promise<User | undefined> {
  try {
    const found = await library.api.getSession({ headers: credentials });
    return admittedUser(found?.user, settings);
  } catch (cause) {
    if (isUnreachable(cause)) throw databaseUnavailable(cause);
    throw cause;
  }
}

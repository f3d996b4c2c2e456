// A plugin of better-auth that limits sign-in attempts with a password for each account. The library itself limits them by
// address only, over all accounts.
//
// Attempts are counted for the account and the address: after several, each has to wait, at most half a minute, and after a
// minute without attempts the count starts again. An attacker with many addresses would have as many guesses, so attempts are
// also counted for the account over all addresses, with more room and shorter pauses.
//
// No one can lock the owner out with that second count. It does not apply to a browser that has signed in to the account,
// which keeps a signed cookie, nor to an address from which the account has a session; and passkeys and single sign-on have
// no count. Rejected: recognising the browser by its session, which has expired when the owner signs in again.
import { createHash, randomUUID } from "node:crypto";
import { APIError, createAuthMiddleware, getIP } from "better-auth/api";
import { z } from "zod";
import type { Database } from "../db/connection.ts";
import {
  countSignInAttempt,
  forgetSignInAttempts,
  hasSessionFrom,
  type Pace,
} from "../db/sign-in-attempts.ts";

/** The code of the refusal; the message is the number of seconds to wait. */
export const ACCOUNT_PACE = "ACCOUNT_PACE";

const SIGN_IN_PATH = "/sign-in/username";
const COOKIE = "known_browser";
const COOKIE_SECONDS = 180 * 24 * 60 * 60;

const signInBody = z.object({ username: z.string().min(1) });
type Request = Parameters<Parameters<typeof createAuthMiddleware>[0]>[0];

export type SignInPaces = {
  /** For attempts from one address, or of one browser that the account knows. */
  fromAddress: Pace;
  /** For attempts from all addresses that the account does not know. */
  ofAccount: Pace;
};

export function signInPace(db: Database, paces: SignInPaces) {
  const isSignIn = ({ path }: { path?: string }) => path === SIGN_IN_PATH;
  return {
    id: "sign-in-pace",
    hooks: {
      before: [
        {
          matcher: isSignIn,
          handler: createAuthMiddleware(async (request) => {
            const name = nameIn(request.body);
            if (name === undefined) return;
            const waitMs = await countAttempt(db, request, name, paces);
            if (waitMs === 0) return;
            throw new APIError("TOO_MANY_REQUESTS", {
              code: ACCOUNT_PACE,
              message: String(Math.ceil(waitMs / 1000)),
            });
          }),
        },
      ],
      after: [
        {
          matcher: isSignIn,
          handler: createAuthMiddleware(async (request) => {
            const name = nameIn(request.body);
            if (name === undefined || request.context.newSession === null) return;
            await forgetSignInAttempts(db, await bucketOf(request, name));
            const known = (await knownBrowser(request, name)) ?? randomUUID();
            const { name: cookie, attributes } = cookieOf(request);
            await request.setSignedCookie(cookie, `${name}:${known}`, request.context.secret, attributes);
          }),
        },
      ],
    },
  };
}

/** Also for a name without an account: the response must not reveal which names exist. */
function nameIn(body: unknown): string | undefined {
  const parsed = signInBody.safeParse(body);
  return parsed.success ? parsed.data.username.toLowerCase() : undefined;
}

/** @returns how long to wait, 0 when the attempt may be made. */
async function countAttempt(
  db: Database,
  request: Request,
  name: string,
  paces: SignInPaces,
): Promise<number> {
  const waitMs = await countSignInAttempt(db, await bucketOf(request, name), paces.fromAddress);
  if (waitMs > 0) return waitMs;
  const isKnown =
    (await knownBrowser(request, name)) !== undefined || (await hasSessionFrom(db, name, addressOf(request)));
  return isKnown ? 0 : countSignInAttempt(db, accountKey(name), paces.ofAccount);
}

/** Attempts that are counted together: of this browser, if the account knows it; otherwise of this address. */
async function bucketOf(request: Request, name: string): Promise<string> {
  const known = await knownBrowser(request, name);
  return `${accountKey(name)}:${known ?? `from ${addressOf(request)}`}`;
}

/** Hashed, because a name in a request may have any length. */
function accountKey(name: string): string {
  return `account:${createHash("sha256").update(name).digest("base64url")}`;
}

/** As the library stores it with a session: of IPv6 the network, because a client has many addresses in it. */
function addressOf({ headers, context }: Request): string {
  return getIP(headers ?? new Headers(), context.options) ?? "";
}

async function knownBrowser(request: Request, name: string): Promise<string | undefined> {
  const value = await request.getSignedCookie(cookieOf(request).name, request.context.secret);
  if (typeof value !== "string" || !value.startsWith(`${name}:`)) return undefined;
  return value.slice(name.length + 1);
}

function cookieOf(request: Request) {
  return request.context.createAuthCookie(COOKIE, { maxAge: COOKIE_SECONDS });
}

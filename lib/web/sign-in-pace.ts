// A plugin of better-auth that slows down guessing at one account, from however many addresses it comes; the library
// itself counts by address only.
//
// Nobody is locked out: attempts in a row wait for a growing pause, never longer than half a minute, and a quiet
// minute forgets them. And nobody can hold up a colleague: a browser that has signed in to the account before keeps a
// signed cookie that says so, and is counted by itself. Rejected: knowing the browser by its address, because the
// session that would tell is gone exactly when somebody has to sign in again.
import { createHash, randomUUID } from "node:crypto";
import { APIError, createAuthMiddleware } from "better-auth/api";
import { z } from "zod";
import type { Database } from "../db/connection.ts";
import { countSignInAttempt, forgetSignInAttempts, type Pace } from "../db/sign-in-attempts.ts";

/** The code of the refusal; the message is the number of seconds to wait. */
export const ACCOUNT_PACE = "ACCOUNT_PACE";

const SIGN_IN_PATH = "/sign-in/username";
const COOKIE = "known_browser";
const COOKIE_SECONDS = 180 * 24 * 60 * 60;

const signInBody = z.object({ username: z.string().min(1) });
type Request = Parameters<Parameters<typeof createAuthMiddleware>[0]>[0];

export function signInPace(db: Database, pace: Pace) {
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
            const waitMs = await countSignInAttempt(db, await bucketOf(request, name), pace);
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

/** The same for a name that no account has: how it is answered must not tell which names exist. */
function nameIn(body: unknown): string | undefined {
  const parsed = signInBody.safeParse(body);
  return parsed.success ? parsed.data.username.toLowerCase() : undefined;
}

/** What is counted together: this browser, if it is known to the account; else everybody else who tries it. */
async function bucketOf(request: Request, name: string): Promise<string> {
  const known = await knownBrowser(request, name);
  // Hashed, because a name that somebody made up may be of any length.
  const whose = createHash("sha256").update(name).digest("base64url");
  return known === undefined ? `account:${whose}` : `account:${whose}:${known}`;
}

async function knownBrowser(request: Request, name: string): Promise<string | undefined> {
  const value = await request.getSignedCookie(cookieOf(request).name, request.context.secret);
  if (typeof value !== "string" || !value.startsWith(`${name}:`)) return undefined;
  return value.slice(name.length + 1);
}

function cookieOf(request: Request) {
  return request.context.createAuthCookie(COOKIE, { maxAge: COOKIE_SECONDS });
}

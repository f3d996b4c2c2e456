// A plugin of better-auth that limits sign-in attempts for each account, from however many addresses they come. The library
// itself limits them by address only.
//
// No account is locked: after several attempts each has to wait, at most half a minute, and after a minute without attempts
// the count starts again. An attacker cannot slow down the owner: a browser that has signed in to the account keeps a signed
// cookie for it, and its attempts are counted separately. Rejected: recognising the browser by its session, which has
// expired when the owner signs in again.
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

/** Also for a name without an account: the response must not reveal which names exist. */
function nameIn(body: unknown): string | undefined {
  const parsed = signInBody.safeParse(body);
  return parsed.success ? parsed.data.username.toLowerCase() : undefined;
}

/** Attempts that are counted together: of this browser, if the account knows it; otherwise of all other browsers. */
async function bucketOf(request: Request, name: string): Promise<string> {
  const known = await knownBrowser(request, name);
  // Hashed, because a name in a request may have any length.
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

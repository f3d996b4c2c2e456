// A plugin of better-auth for its own session cookie: reads the session's key from a signed cookie, and opens a session for
// a user who has proved who they are without the library. Its endpoints are for this program only.
import { createAuthEndpoint } from "better-auth/api";
import { z } from "zod";
import { SIGN_IN_METHODS } from "../domain/second-factor.ts";

const openRequest = z.object({ userId: z.string(), signInMethod: z.enum(SIGN_IN_METHODS) });

export function sessionCookie() {
  return {
    id: "session-cookie",
    endpoints: {
      readSessionCookie: createAuthEndpoint.serverOnly({ method: "GET" }, async (request) => {
        const { authCookies, secret } = request.context;
        const token = await request.getSignedCookie(authCookies.sessionToken.name, secret);
        return { token: typeof token === "string" ? token : undefined };
      }),
      openSession: createAuthEndpoint.serverOnly({ method: "POST", body: openRequest }, async (request) => {
        const { userId, signInMethod } = request.body;
        const { internalAdapter, authCookies, secret } = request.context;
        const session = await internalAdapter.createSession(userId, false, { signInMethod });
        const { name, attributes } = authCookies.sessionToken;
        await request.setSignedCookie(name, session.token, secret, attributes);
        return { sessionId: session.id };
      }),
    },
  };
}

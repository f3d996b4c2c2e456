// A plugin of better-auth that begins a session for a person whom the identity provider has confirmed. The endpoint is for this
// program only (single-sign-on.ts), so that no request can begin a session without it.
import { createAuthEndpoint } from "better-auth/api";
import { setSessionCookie } from "better-auth/cookies";
import { z } from "zod";

export function ssoSessions() {
  return {
    id: "sso-sessions",
    endpoints: {
      beginSsoSession: createAuthEndpoint.serverOnly(
        { method: "POST", body: z.object({ userId: z.string() }) },
        async (request) => {
          const { internalAdapter } = request.context;
          const user = await internalAdapter.findUserById(request.body.userId);
          if (user === null) throw new Error("the account does not exist");
          const session = await internalAdapter.createSession(user.id, false, {
            signInMethod: "single_sign_on",
          });
          await setSessionCookie(request, { session, user });
          return request.json({ sessionId: session.id });
        },
      ),
    },
  };
}

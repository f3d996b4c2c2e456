// A plugin of better-auth that issues API tokens: named sessions with a long lifetime. The library creates and signs them like
// a cookie, and its bearer plugin accepts them. The endpoint is for this program only, so that no request can issue a token.
import { createAuthEndpoint } from "better-auth/api";
import { z } from "zod";

const issueRequest = z.object({ userId: z.string(), name: z.string(), expiresAt: z.date() });

/** The header in which the bearer plugin returns a new session. */
export const ISSUED_TOKEN_HEADER = "set-auth-token";

export function apiTokens() {
  return {
    id: "api-tokens",
    endpoints: {
      issueApiToken: createAuthEndpoint.serverOnly(
        { method: "POST", body: issueRequest },
        async (request) => {
          const { userId, name, expiresAt } = request.body;
          const { internalAdapter, authCookies, secret } = request.context;
          const session = await internalAdapter.createSession(
            userId,
            false,
            { expiresAt, tokenName: name },
            true,
          );
          await request.setSignedCookie(
            authCookies.sessionToken.name,
            session.token,
            secret,
            authCookies.sessionToken.attributes,
          );
          return request.json({ issued: true });
        },
      ),
    },
  };
}

// A plugin of better-auth that reads the session's key from its signed cookie. For this program only, not for requests.
import { createAuthEndpoint } from "better-auth/api";

export function sessionCookie() {
  return {
    id: "session-cookie",
    endpoints: {
      readSessionCookie: createAuthEndpoint.serverOnly({ method: "GET" }, async (request) => {
        const { authCookies, secret } = request.context;
        const token = await request.getSignedCookie(authCookies.sessionToken.name, secret);
        return { token: typeof token === "string" ? token : undefined };
      }),
    },
  };
}

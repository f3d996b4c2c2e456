// The account that sends a request: who it is, what it may do, sign-in and sign-out.
import { z } from "zod";
import { ACTIONS, ROLES } from "../domain/permission.ts";
import { empty, type Endpoint, json, redirect } from "./endpoint.ts";

export const whoami = z.object({
  user: z.object({ name: z.string(), role: z.enum(ROLES) }).nullable(),
  permissions: z.array(z.enum(ACTIONS)),
  /** True in sandbox mode, in which the demo accounts can sign in. */
  sandbox: z.boolean(),
});

export const signInRequest = z.strictObject({
  username: z.string().max(200),
  password: z.string().max(1000),
});
export type SignInRequest = z.infer<typeof signInRequest>;

export const ssoRequest = z.strictObject({
  /** The page to open afterwards: a path of this site. */
  next: z.string().max(2000),
});

/** An address at the identity provider that the browser opens next. */
export const ssoRedirect = z.object({ url: z.url() });

export const signedOut = z.object({
  /** Ends the session at the identity provider; null if there is none. */
  continueAt: z.url().nullable(),
});

export const accountEndpoints = {
  whoami: {
    method: "GET",
    path: "/api/whoami",
    summary: "Get the account that sends the request, and its permissions.",
    permission: null,
    response: json(whoami, 200),
  },
  signIn: {
    method: "POST",
    path: "/api/auth/sign-in/username",
    summary: "Sign in. The response sets the session cookie.",
    permission: null,
    body: signInRequest,
    response: empty,
    problems: ["sign_in_refused", "account_disabled", "too_many_sign_ins"],
  },
  signOut: {
    method: "POST",
    path: "/api/auth/sign-out",
    summary: "Sign out. The session ends and the response removes its cookie.",
    permission: null,
    response: json(signedOut, 200),
  },
  startSso: {
    method: "POST",
    path: "/api/auth/sso/start",
    summary: "Begin a sign-in by the identity provider. The browser opens the address in the response.",
    permission: null,
    body: ssoRequest,
    response: json(ssoRedirect, 200),
    problems: ["sso_not_configured", "sso_unreachable"],
  },
  finishSso: {
    method: "GET",
    path: "/api/auth/sso/callback",
    summary:
      "Where the identity provider sends the browser after a sign-in. Redirects to the requested page with a session, or to the sign-in page with the reason.",
    permission: null,
    response: redirect,
    problems: ["sso_not_configured"],
  },
  endSsoSessions: {
    method: "POST",
    path: "/api/auth/sso/logout",
    summary:
      "Back-channel logout for the identity provider: ends the sessions that the form field logout_token names.",
    permission: null,
    response: empty,
    problems: ["invalid_request", "request_too_large", "sso_not_configured", "sso_unreachable"],
  },
} as const satisfies Record<string, Endpoint>;

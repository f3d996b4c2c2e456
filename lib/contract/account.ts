// The account that sends a request: who it is, what it may do, sign-in and sign-out.
import { z } from "zod";
import { ACTIONS, ROLES } from "../domain/permission.ts";
import { empty, type Endpoint, json } from "./endpoint.ts";

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
    response: empty,
  },
} as const satisfies Record<string, Endpoint>;

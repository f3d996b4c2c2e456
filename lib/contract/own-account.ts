// The account page: sessions, password and API tokens of the person who sends the request. An API token cannot use it.
import { z } from "zod";
import { TOKEN_SCOPES } from "../domain/permission.ts";
import { SIGN_IN_METHODS } from "../domain/second-factor.ts";
import { empty, type Endpoint, json } from "./endpoint.ts";
import { id, idText, time } from "./fields.ts";
import { givenName, passkeyAnswer, secondFactors } from "./second-factor.ts";

export const TOKEN_DAYS_MAX = 3650;
export const ownSession = z.object({
  id: z.string(),
  isCurrent: z.boolean(),
  method: z.enum(SIGN_IN_METHODS),
  address: z.string().nullable(),
  userAgent: z.string().nullable(),
  createdAt: time,
  lastUsedAt: time,
});
export type OwnSession = z.infer<typeof ownSession>;

export const apiToken = z.object({
  id,
  name: z.string(),
  scope: z.enum(TOKEN_SCOPES),
  createdAt: time,
  expiresAt: time,
  lastUsedAt: time.nullable(),
});
export type ApiToken = z.infer<typeof apiToken>;

export const ownAccount = z.object({
  /** False with single sign-on. */
  hasPassword: z.boolean(),
  sessions: z.array(ownSession),
  tokens: z.array(apiToken),
  secondFactors,
});
export type OwnAccount = z.infer<typeof ownAccount>;

export const newPasswordRequest = z.strictObject({
  current: z.string().max(1000),
  next: z.string().max(1000),
  /** Another person who knew the password may have created one. */
  revokesTokens: z.boolean().default(false),
});

export const confirmationRequest = z
  .strictObject({ password: z.string().max(1000).optional(), passkey: passkeyAnswer.optional() })
  .refine(
    ({ password, passkey }) => (password === undefined) !== (passkey === undefined),
    "Expected either a password or a passkey",
  );

export const newTokenRequest = z.strictObject({
  name: givenName,
  scope: z.enum(TOKEN_SCOPES),
  days: z.int().min(1).max(TOKEN_DAYS_MAX),
});

/** The only response that has the token. */
export const issuedToken = z.object({ id, token: z.string(), expiresAt: time });

export const ownAccountEndpoints = {
  readOwnAccount: {
    method: "GET",
    path: "/api/account",
    summary: "Get the sessions, API tokens and second factors of your account.",
    permission: "manage_own_account",
    response: json(ownAccount, 200),
  },
  confirmIdentity: {
    method: "POST",
    path: "/api/account/confirmation",
    summary: "Prove again who you are, as some changes of the account require.",
    permission: "manage_own_account",
    body: confirmationRequest,
    response: empty,
    problems: ["password_refused", "passkey_refused", "too_many_sign_ins"],
  },
  changeOwnPassword: {
    method: "PUT",
    path: "/api/account/password",
    summary: "Change your password. Your other sessions end, and your API tokens if you say so.",
    permission: "manage_own_account",
    body: newPasswordRequest,
    response: empty,
    problems: ["password_refused", "too_many_sign_ins"],
  },
  endOtherSessions: {
    method: "DELETE",
    path: "/api/account/sessions",
    summary: "End all your sessions except the one that sends the request.",
    permission: "manage_own_account",
    response: empty,
  },
  endSession: {
    method: "DELETE",
    path: "/api/account/sessions/{id}",
    summary: "End one of your sessions.",
    permission: "manage_own_account",
    params: z.object({
      id: z
        .string()
        .max(100)
        .refine((text) => !text.includes("\0")),
    }),
    response: empty,
  },
  createToken: {
    method: "POST",
    path: "/api/account/tokens",
    summary: "Create an API token. The response is the only one that has it.",
    permission: "manage_own_account",
    needsConfirmation: true,
    body: newTokenRequest,
    response: json(issuedToken, 201),
    problems: ["too_many_credentials"],
  },
  revokeToken: {
    method: "DELETE",
    path: "/api/account/tokens/{id}",
    summary: "Revoke one of your API tokens.",
    permission: "manage_own_account",
    params: z.object({ id: idText }),
    response: empty,
    problems: ["token_not_found"],
  },
} as const satisfies Record<string, Endpoint>;

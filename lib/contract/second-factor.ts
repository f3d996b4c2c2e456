// Second factors: authenticator apps, recovery codes and passkeys. A person whose role requires one, and who has none, can
// use these endpoints with the password alone, and no others.
import { z } from "zod";
import { textProblem } from "../domain/person-text.ts";
import { empty, type Endpoint, json } from "./endpoint.ts";
import { id, idText, time } from "./fields.ts";

export const passkey = z.object({ id, name: z.string(), createdAt: time, lastUsedAt: time.nullable() });

export const secondFactors = z.object({
  /** The role of the account requires one. */
  isRequired: z.boolean(),
  appAddedAt: time.nullable(),
  recoveryCodesLeft: z.int(),
  passkeys: z.array(passkey),
  /** The host name for which browsers keep passkeys. */
  passkeyHost: z.string(),
});
export type SecondFactors = z.infer<typeof secondFactors>;

/** The name that its owner gives to a passkey or a token. */
export const givenName = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .superRefine((text, context) => {
    const problem = /[\t\r\n]/.test(text) ? "It must be one line." : textProblem(text);
    if (problem !== undefined) context.addIssue(problem);
  });

const base64url = z
  .string()
  .max(20_000)
  .regex(/^[\w-]*$/);

/** What `PublicKeyCredential.toJSON()` of a browser returns; other members are ignored. */
const credential = {
  id: base64url,
  rawId: base64url,
  type: z.literal("public-key"),
};

/** Of `navigator.credentials.get`. */
export const passkeyAnswer = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: base64url,
    authenticatorData: base64url,
    signature: base64url,
  }),
});

/** Of `navigator.credentials.create`. */
export const createdPasskey = z.object({
  ...credential,
  response: z.object({ clientDataJSON: base64url, attestationObject: base64url }),
});

export const addPasskeyRequest = z.strictObject({
  name: givenName,
  credential: createdPasskey,
});

export const codeRequest = z.strictObject({ code: z.string().min(1).max(100) });

/** To show once: empty if the account has recovery codes already. */
export const recoveryCodes = z.object({ recoveryCodes: z.array(z.string()) });

/** `PublicKeyCredentialRequestOptionsJSON` and `PublicKeyCredentialCreationOptionsJSON` of WebAuthn. */
export const passkeyRequestOptions = z.looseObject({ challenge: z.string(), rpId: z.string() });
export const passkeyCreationOptions = z.looseObject({ challenge: z.string() });

export const newAuthenticatorApp = z.object({
  /** In base32, for typing it. */
  secret: z.string(),
  /** For a QR code. */
  uri: z.string(),
});

export const secondFactorEndpoints = {
  readPasskeyRequest: {
    method: "POST",
    path: "/api/auth/passkey-request",
    summary: "Get what a browser needs to ask for a passkey.",
    permission: null,
    response: json(passkeyRequestOptions, 200),
  },
  signInWithPasskey: {
    method: "POST",
    path: "/api/auth/sign-in/passkey",
    summary: "Sign in with a passkey, which counts as both factors. The response sets the session cookie.",
    permission: null,
    body: passkeyAnswer,
    response: empty,
    problems: ["passkey_refused"],
  },
  enterSecondFactor: {
    method: "POST",
    path: "/api/auth/second-factor",
    summary: "Complete a sign-in with a code of the authenticator app, or with a recovery code.",
    permission: "verify_second_factor",
    body: codeRequest,
    response: empty,
    problems: ["code_refused", "too_many_codes"],
  },
  startAuthenticatorApp: {
    method: "POST",
    path: "/api/account/authenticator-app",
    summary: "Get a secret for an authenticator app. It counts when the first code is entered.",
    permission: "set_up_second_factor",
    needsConfirmation: true,
    response: json(newAuthenticatorApp, 200),
    problems: ["second_factor_exists"],
  },
  confirmAuthenticatorApp: {
    method: "PUT",
    path: "/api/account/authenticator-app",
    summary: "Add the authenticator app with its first code.",
    permission: "set_up_second_factor",
    needsConfirmation: true,
    body: codeRequest,
    response: json(recoveryCodes, 200),
    problems: ["code_refused", "too_many_codes"],
  },
  removeAuthenticatorApp: {
    method: "DELETE",
    path: "/api/account/authenticator-app",
    summary: "Remove the authenticator app.",
    permission: "manage_own_account",
    needsConfirmation: true,
    response: empty,
    problems: ["second_factor_missing", "second_factor_required"],
  },
  readPasskeyCreation: {
    method: "POST",
    path: "/api/account/passkey-creation",
    summary: "Get what a browser needs to create a passkey.",
    permission: "set_up_second_factor",
    needsConfirmation: true,
    response: json(passkeyCreationOptions, 200),
  },
  addPasskey: {
    method: "POST",
    path: "/api/account/passkeys",
    summary: "Add a passkey.",
    permission: "set_up_second_factor",
    needsConfirmation: true,
    body: addPasskeyRequest,
    response: json(recoveryCodes, 201),
    problems: ["passkey_refused", "too_many_credentials"],
  },
  removePasskey: {
    method: "DELETE",
    path: "/api/account/passkeys/{id}",
    summary: "Remove a passkey.",
    permission: "manage_own_account",
    needsConfirmation: true,
    params: z.object({ id: idText }),
    response: empty,
    problems: ["second_factor_required"],
  },
  renewRecoveryCodes: {
    method: "POST",
    path: "/api/account/recovery-codes",
    summary: "Replace the recovery codes.",
    permission: "manage_own_account",
    needsConfirmation: true,
    response: json(recoveryCodes, 200),
    problems: ["second_factor_missing"],
  },
} as const satisfies Record<string, Endpoint>;

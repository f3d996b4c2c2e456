// When a person who has entered the password must also verify or set up a second factor. A passkey asks for a PIN or a
// fingerprint itself, so it counts as both factors; with single sign-on, the provider decides.
import type { Role, SignInStep } from "./permission.ts";

export const SIGN_IN_METHODS = ["password", "passkey", "single_sign_on"] as const;
export type SignInMethod = (typeof SIGN_IN_METHODS)[number];

export type SignInFacts = {
  method: SignInMethod;
  role: Role;
  /** The account has an authenticator app or a passkey. */
  hasSecondFactor: boolean;
  /** The session has verified or set up a second factor. */
  isVerified: boolean;
};

/** What is left to do before the person is signed in. @param requiredFor the roles that must have a second factor. */
export function signInStep(
  { method, role, hasSecondFactor, isVerified }: SignInFacts,
  requiredFor: readonly Role[],
): SignInStep | undefined {
  if (method !== "password" || isVerified) return undefined;
  if (hasSecondFactor) return "verify_second_factor";
  return requiredFor.includes(role) ? "set_up_second_factor" : undefined;
}

/**
 * Changes of second factors and tokens need a proof of identity that is not older than this, and a person who has entered
 * the password has as much time for the second step.
 */
export const CONFIRMATION_MINUTES = 15;

// What an error of the identity provider means: it is unavailable, it refuses, or its response cannot be trusted.
import * as client from "openid-client";

const CAUSES_MAX = 5;

export class ProviderError extends Error {
  /**
   * Without a `cause`: those of the library contain tokens and claims, and errors are logged with their causes.
   *
   * `unavailable`: no usable response, try again later. `refused`: the provider says no, for example because the person
   * cancelled or a code was used before. `untrusted`: a response that is not what was asked for, or not from the provider.
   */
  readonly kind: "unavailable" | "refused" | "untrusted";

  constructor(kind: ProviderError["kind"], reason: string) {
    super(`The identity provider is ${kind}: ${reason}`);
    this.name = "ProviderError";
    this.kind = kind;
  }
}

export async function translated<T>(request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (cause) {
    throw cause instanceof ProviderError ? cause : new ProviderError(kindOf(cause), reasonOf(cause));
  }
}

const UNAVAILABLE_CODES = [
  "OAUTH_TIMEOUT",
  "OAUTH_ABORT",
  "OAUTH_RESPONSE_IS_NOT_JSON",
  "OAUTH_PARSE_ERROR",
  "ERR_JWKS_TIMEOUT",
  "ERR_JOSE_GENERIC",
];

function kindOf(error: unknown): ProviderError["kind"] {
  if (error instanceof client.AuthorizationResponseError) return "refused";
  if (error instanceof client.WWWAuthenticateChallengeError) {
    return error.status === 401 ? "refused" : "unavailable";
  }
  // Everything but a refused grant is for the operator to correct: the person is not to blame, and sessions continue.
  if (error instanceof client.ResponseBodyError) {
    return error.error === "invalid_grant" ? "refused" : "unavailable";
  }
  if (!(error instanceof Error)) return "untrusted";
  const code = "code" in error ? String(error.code) : "";
  // fetch rejects with a TypeError.
  if (error.name === "TypeError" && !code.startsWith("ERR_")) return "unavailable";
  if (error.cause instanceof Response) return error.cause.status === 401 ? "refused" : "unavailable";
  return UNAVAILABLE_CODES.includes(code) ? "unavailable" : "untrusted";
}

/** The messages of the error and its causes, and what the provider says about its refusal. */
export function reasonOf(error: unknown): string {
  const reasons: string[] = [];
  for (let at = error; at instanceof Error && reasons.length < CAUSES_MAX; at = at.cause) {
    reasons.push(messageOf(at));
  }
  return reasons.join(": ");
}

function messageOf(error: Error): string {
  const isRefusal =
    error instanceof client.ResponseBodyError || error instanceof client.AuthorizationResponseError;
  return isRefusal ? [error.error, error.error_description].join(" ").trim() : error.message;
}

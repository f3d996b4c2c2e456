// Logout tokens, by which the identity provider reports that a session has ended there (OpenID Connect Back-Channel Logout).
import { createRemoteJWKSet, jwtVerify } from "jose";
import type { OidcSettings } from "../../oidc-settings.ts";
import { ProviderError } from "./provider-error.ts";

/** A logout token is sent when the session ends. An old one must not end a session that began after it. */
const AGE_MAX_SECONDS = 5 * 60;
const CLOCK_TOLERANCE_SECONDS = 30;
const LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout";

/** Whose sessions end: those of one session at the provider, or all of the person. */
export type LogoutRequest = {
  issuer: string;
  subject?: string | undefined;
  sid?: string | undefined;
  /** Of the token, which is accepted once. */
  tokenId: string;
  /** From when on the token is too old. */
  expiresAt: Date;
};

type Metadata = { issuer: string; jwks_uri?: string };

/** The keys are fetched at the first token, and again for one with an unknown key. */
export function logoutTokenReader({ issuer, clientId }: OidcSettings, timeoutSeconds: number) {
  let keys: ReturnType<typeof createRemoteJWKSet> | undefined;
  return async (provider: Metadata, token: string): Promise<LogoutRequest> => {
    if (provider.jwks_uri === undefined) throw new ProviderError("untrusted", "the provider has no jwks_uri");
    keys ??= createRemoteJWKSet(new URL(provider.jwks_uri), { timeoutDuration: timeoutSeconds * 1000 });
    const { payload } = await jwtVerify(token, keys, {
      issuer: provider.issuer,
      audience: clientId,
      maxTokenAge: AGE_MAX_SECONDS,
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
    });
    const { events, nonce, sub: subject, jti: tokenId, iat = 0 } = payload;
    const sid = typeof payload["sid"] === "string" ? payload["sid"] : undefined;
    // An ID token has a nonce and no events; it must not pass for a logout token.
    const isLogout = typeof events === "object" && events !== null && LOGOUT_EVENT in events;
    const isNamed = subject !== undefined || sid !== undefined;
    if (!isLogout || nonce !== undefined || !isNamed || tokenId === undefined) {
      throw new ProviderError("untrusted", "it is not a logout token");
    }
    const expiresAt = new Date((iat + AGE_MAX_SECONDS + CLOCK_TOLERANCE_SECONDS) * 1000);
    return { issuer, subject, sid, tokenId, expiresAt };
  };
}

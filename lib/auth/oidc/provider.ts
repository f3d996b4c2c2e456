// The site's identity provider, by OpenID Connect: sign-in with PKCE, state and nonce, renewal of tokens, sign-out. The
// library checks every response.
//
// Discovered at first use, and again after a failure: the web process starts and password sign-in works while the provider
// is down. Each request has a timeout, so a provider that hangs delays only those who sign in with it.
import * as client from "openid-client";
import type { OidcSettings } from "../../oidc-settings.ts";
import type { Claims } from "./identity.ts";
import { type LogoutRequest, logoutTokenReader } from "./logout-token.ts";
import { ProviderError, reasonOf, translated } from "./provider-error.ts";

const REQUEST_TIMEOUT_SECONDS = 5;
/** What is remembered of a sign-in between the request to the provider and the response. */
export type Flow = { state: string; nonce: string; verifier: string; redirectUri: string };

export type Tokens = {
  accessToken: string;
  /** Undefined if the provider issues none; then the access token is used until it expires. */
  refreshToken?: string | undefined;
  /** Names the session when the person signs out at the provider. */
  idToken?: string | undefined;
};

/** Verified claims, with the tokens by which they can be read again. */
export type Grant = { claims: Claims; tokens: Tokens };

/** What the provider says that it supports. */
export type ProviderFeatures = { refreshTokens: boolean; signOut: boolean; backchannelLogout: boolean };

export type Provider = {
  signInUrl(flow: Flow): Promise<string>;
  /** @param response the address to which the provider has sent the browser. */
  exchange(response: URL, flow: Flow): Promise<Grant>;
  /** The person's claims now. @throws ProviderError `refused` when the provider has ended the session. */
  renew(subject: string, tokens: Tokens): Promise<Grant>;
  /** Where the browser ends its session at the provider; undefined if the provider has no such page. */
  signOutUrl(tokens: Tokens, returnTo: string): Promise<string | undefined>;
  readLogoutToken(token: string): Promise<LogoutRequest>;
  /** @throws ProviderError `unavailable`. */
  features(): Promise<ProviderFeatures>;
};

export function createProvider(settings: OidcSettings): Provider {
  let discovered: Promise<client.Configuration> | undefined;
  const readToken = logoutTokenReader(settings, REQUEST_TIMEOUT_SECONDS);

  async function configuration(): Promise<client.Configuration> {
    discovered ??= discover(settings).catch((cause: unknown) => {
      discovered = undefined;
      throw new ProviderError("unavailable", reasonOf(cause));
    });
    return discovered;
  }

  return {
    async signInUrl({ state, nonce, verifier, redirectUri }) {
      const config = await configuration();
      const url = client.buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        scope: settings.scopes,
        state,
        nonce,
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: "S256",
        ...(settings.requiredAcr.length === 0 ? {} : { acr_values: settings.requiredAcr.join(" ") }),
      });
      return url.href;
    },
    exchange: (response, { state, nonce, verifier }) =>
      translated(async () => {
        const config = await configuration();
        const tokens = await client.authorizationCodeGrant(config, response, {
          pkceCodeVerifier: verifier,
          expectedState: state,
          expectedNonce: nonce,
          idTokenExpected: true,
        });
        return grantOf(config, tokens, tokens.claims()?.sub ?? "");
      }),
    renew: (subject, tokens) =>
      translated(async () => {
        const config = await configuration();
        if (tokens.refreshToken === undefined) {
          return { claims: { sub: subject, ...(await userInfo(config, tokens, subject)) }, tokens };
        }
        const renewed = await client.refreshTokenGrant(config, tokens.refreshToken);
        return grantOf(config, renewed, subject, tokens);
      }),
    async signOutUrl({ idToken }, returnTo) {
      const config = await configuration();
      if (config.serverMetadata().end_session_endpoint === undefined) return undefined;
      return client.buildEndSessionUrl(config, {
        post_logout_redirect_uri: returnTo,
        ...(idToken === undefined ? {} : { id_token_hint: idToken }),
      }).href;
    },
    readLogoutToken: (token) =>
      translated(async () => readToken((await configuration()).serverMetadata(), token)),
    features: async () => featuresOf((await configuration()).serverMetadata()),
  };
}

function featuresOf(metadata: client.ServerMetadata): ProviderFeatures {
  return {
    refreshTokens: metadata.grant_types_supported?.includes("refresh_token") === true,
    signOut: metadata.end_session_endpoint !== undefined,
    backchannelLogout: metadata["backchannel_logout_supported"] === true,
  };
}

async function discover(settings: OidcSettings): Promise<client.Configuration> {
  const { issuer, clientId, clientSecret } = settings;
  return client.discovery(new URL(issuer), clientId, clientSecret, undefined, {
    timeout: REQUEST_TIMEOUT_SECONDS,
    // Signatures are checked although the tokens come over TLS: a proxy between may terminate it.
    execute: [
      client.enableNonRepudiationChecks,
      // The settings permit http on loopback only, for the sandbox.
      ...(issuer.startsWith("http://") ? [client.allowInsecureRequests] : []),
    ],
  });
}

/** The claims of the ID token, and of the userinfo endpoint, which is current and has what some providers leave out. */
async function grantOf(
  config: client.Configuration,
  response: client.TokenEndpointResponse & client.TokenEndpointResponseHelpers,
  subject: string,
  earlier?: Tokens,
): Promise<Grant> {
  const claims = response.claims();
  if (claims !== undefined && claims.sub !== subject) {
    throw new ProviderError("untrusted", "the tokens are of another person");
  }
  const tokens = {
    accessToken: response.access_token,
    refreshToken: response.refresh_token ?? earlier?.refreshToken,
    idToken: response.id_token ?? earlier?.idToken,
  };
  return { claims: { ...claims, ...(await userInfo(config, tokens, subject)) }, tokens };
}

async function userInfo(config: client.Configuration, tokens: Tokens, subject: string): Promise<Claims> {
  if (config.serverMetadata().userinfo_endpoint === undefined) return {};
  return client.fetchUserInfo(config, tokens.accessToken, subject);
}

// The identity provider of the sandbox: a real OpenID Connect provider (oidc-provider), with people who sign in by a button and
// have no passwords. It keeps everything in memory, so its sessions end with it. Every address of this machine may be its client.
import { generateKeyPairSync, type JsonWebKey, randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import Provider, { type Configuration, type KoaContextWithOIDC } from "oidc-provider";
import { listen, type Listening, readBody, send, sendText } from "../http.ts";
import { messagePage, selectPage, signOutPage } from "./pages.ts";
import { type Person, PEOPLE, SSO_CLIENT } from "./people.ts";

const LOOPBACK = ["127.0.0.1", "localhost", "[::1]"];
const SESSION_SECONDS = 24 * 60 * 60;
const ACCESS_TOKEN_SECONDS = 300;
const CODE_SECONDS = 60;

export type SsoOptions = {
  host: string;
  port: number;
  people?: readonly Person[];
  /** Where the provider reports sessions that have ended. */
  backchannelLogoutUrl?: string;
  /** How long a code is valid. */
  codeSeconds?: () => number;
};

export type SsoProvider = Listening & {
  provider: Provider;
  /** The key that signs tokens, private, as a JWK. */
  key: JsonWebKey;
  /** Changes the groups of a person from now on. */
  setGroups(name: string, groups: readonly string[]): void;
};

export async function startSso(options: SsoOptions): Promise<SsoProvider> {
  const people = new Map((options.people ?? PEOPLE).map((person) => [person.name, person]));
  let handle: ((request: IncomingMessage, response: ServerResponse) => Promise<void>) | undefined;
  const listening = await listen(
    async (request, response) => {
      if (handle === undefined) sendText(response, 503, "Starting");
      else await handle(request, response);
    },
    options.host,
    options.port,
  );
  const key = { ...signingKey(), use: "sig", alg: "ES256", kid: "sandbox" };
  // The issuer contains the port, which is known only now.
  const provider = new Provider(listening.url, configurationOf(people, options, key));
  acceptEveryLoopbackAddress(provider);
  provider.on("server_error", (_context, error) => console.error(error));
  let callback: ReturnType<Provider["callback"]> | undefined;
  handle = async (request, response) => {
    // At the first request, so that tests can add middleware before it.
    callback ??= provider.callback();
    const interaction = /^\/interaction\/[\w-]+$/.exec(request.url ?? "");
    if (interaction === null) await callback(request, response);
    else await interact(provider, people, request, response);
  };
  return {
    ...listening,
    provider,
    key,
    setGroups(name, groups) {
      const person = people.get(name);
      if (person !== undefined) people.set(name, { ...person, groups });
    },
  };
}

function configurationOf(
  people: ReadonlyMap<string, Person>,
  { backchannelLogoutUrl, codeSeconds = () => CODE_SECONDS }: SsoOptions,
  key: JsonWebKey,
): Configuration {
  return {
    clients: [
      {
        client_id: SSO_CLIENT.id,
        client_secret: SSO_CLIENT.secret,
        token_endpoint_auth_method: "client_secret_post",
        id_token_signed_response_alg: "ES256",
        redirect_uris: ["http://127.0.0.1/callback"],
        post_logout_redirect_uris: ["http://127.0.0.1/sign-in"],
        grant_types: ["authorization_code", "refresh_token"],
        ...(backchannelLogoutUrl === undefined
          ? {}
          : { backchannel_logout_uri: backchannelLogoutUrl, backchannel_logout_session_required: true }),
      },
    ],
    jwks: { keys: [key as never] },
    cookies: { keys: [randomBytes(32).toString("hex")] },
    scopes: ["openid", "profile", "email", "offline_access"],
    claims: {
      openid: ["sub", "acr", "amr"],
      profile: ["preferred_username", "name", "groups"],
      email: ["email"],
    },
    ttl: {
      Session: SESSION_SECONDS,
      Grant: SESSION_SECONDS,
      AccessToken: ACCESS_TOKEN_SECONDS,
      AuthorizationCode: codeSeconds,
    },
    features: FEATURES,
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    findAccount: (_context, id) => accountOf(people.get(id)),
    clockTolerance: 0,
    issueRefreshToken: () => true,
    renderError: (context, { error, error_description: detail }) => {
      context.type = "html";
      context.body = messagePage("Sign-in failed", `${error}: ${String(detail)}`);
    },
    loadExistingGrant: grantEverything,
    // The provider's own dispatcher refuses to connect to this machine.
    fetch: (url, options) => fetch(url, { ...options, dispatcher: undefined } as RequestInit),
  };
}

const FEATURES: NonNullable<Configuration["features"]> = {
  devInteractions: { enabled: false },
  backchannelLogout: { enabled: true },
  rpInitiatedLogout: {
    enabled: true,
    logoutSource: (context, form) => {
      context.body = signOutPage(form);
    },
    postLogoutSuccessSource: (context) => {
      context.body = messagePage("Signed out", "You are signed out of the identity provider.");
    },
  },
};

function accountOf(person: Person | undefined) {
  if (person === undefined) return undefined;
  const { name, fullName, groups } = person;
  const email = `${name}@sandbox.invalid`;
  const claims = { sub: name, preferred_username: name, name: fullName, email, groups: [...groups] };
  return { accountId: name, claims: () => claims };
}

/** Without a page that asks for consent: the only client is SpiderPig. */
async function grantEverything({
  oidc,
}: KoaContextWithOIDC): Promise<InstanceType<Provider["Grant"]> | undefined> {
  const { client, session, params } = oidc;
  if (client === undefined || session?.accountId === undefined) return undefined;
  const grant = new oidc.provider.Grant({ accountId: session.accountId, clientId: client.clientId });
  const scope = params?.["scope"];
  grant.addOIDCScope(typeof scope === "string" ? scope : "openid");
  await grant.save();
  return grant;
}

function signingKey(): JsonWebKey {
  return generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ format: "jwk" });
}

/** SpiderPig's port is not known when the provider starts. */
function acceptEveryLoopbackAddress(provider: Provider): void {
  const isLoopback = (address: string) =>
    URL.canParse(address) && LOOPBACK.includes(new URL(address).hostname);
  provider.Client.prototype.redirectUriAllowed = isLoopback;
  provider.Client.prototype.postLogoutRedirectUriAllowed = isLoopback;
}

async function interact(
  provider: Provider,
  people: ReadonlyMap<string, Person>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  await provider.interactionDetails(request, response);
  if (request.method !== "POST") {
    // No `form-action`: the form leads to the client, which is another origin.
    response.setHeader("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'");
    send(response, 200, "text/html; charset=utf-8", selectPage([...people.values()], request.url ?? ""));
    return;
  }
  const form = new URLSearchParams((await readBody(request))?.toString());
  const name = form.get("person") ?? "";
  const result = people.has(name)
    ? { login: { accountId: name } }
    : { error: "access_denied", error_description: "The person cancelled." };
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

// Accounts in a separate database, a real identity provider on loopback, and a browser that signs in with it.
import { after } from "node:test";
import { importJWK, type JWTPayload, decodeJwt, SignJWT } from "jose";
import type { OidcSettings } from "#lib/oidc-settings.ts";
import type { Auth } from "#lib/auth/auth.ts";
import { SSO_CLIENT } from "../../../../sandbox/sso/people.ts";
import { type SsoOptions, type SsoProvider, startSso } from "../../../../sandbox/sso/provider.ts";
import { authWorld, cookieOf, fromPage, PUBLIC_URL, respond, type World } from "../auth-world.ts";

export const CHECK_MS = 60_000;

export type SsoWorld = World & {
  sso: SsoProvider;
  oidc: OidcSettings;
  /** Changes the claims of every ID token from now on; it is signed again with the provider's key. */
  alterIdTokens(change: ((claims: JWTPayload) => JWTPayload) | undefined, key?: object): void;
};

export async function ssoWorld(options: Partial<SsoOptions> = {}): Promise<SsoWorld> {
  const world = await authWorld();
  const sso = await startSso({ host: "127.0.0.1", port: 0, ...options });
  after(() => sso.close());
  sso.provider.Client.prototype.redirectUriAllowed = (address) => address.startsWith(PUBLIC_URL);
  const oidc: OidcSettings = {
    issuer: sso.url,
    clientId: SSO_CLIENT.id,
    clientSecret: SSO_CLIENT.secret,
    label: "single sign-on",
    scopes: "openid profile",
    nameClaim: "preferred_username",
    groupsClaim: "groups",
    roleGroups: { admin: ["sre"], deployer: ["deployers"], viewer: ["staff"] },
    requiredAcr: [],
    requiredAmr: [],
    checkMs: CHECK_MS,
  };
  let alter: ((claims: JWTPayload) => JWTPayload) | undefined;
  let signingKey: object = sso.key;
  sso.provider.use(async (context, next) => {
    await next();
    const body = context.body as { id_token?: string } | undefined;
    if (context.path !== "/token" || alter === undefined || body?.id_token === undefined) return;
    const key = await importJWK(signingKey, "ES256");
    const token = new SignJWT(alter(decodeJwt(body.id_token)));
    context.body = {
      ...body,
      id_token: await token.setProtectedHeader({ alg: "ES256", kid: "sandbox" }).sign(key),
    };
  });
  return {
    ...world,
    auth: world.open({ oidc }),
    open: (settings) => world.open({ oidc, ...settings }),
    sso,
    oidc,
    alterIdTokens(change, key = sso.key) {
      alter = change;
      signingKey = key;
    },
  };
}

export type Started = { url: string; cookie: string };

/** The browser asks for the address at the provider. */
export async function start(using: Auth, next = "/"): Promise<Started> {
  const answer = await respond(fromPage("/api/auth/sso/start", { method: "POST", body: { next } }), using);
  if (answer.status !== 200) throw new Error(`sign-in did not begin: ${await answer.text()}`);
  const { url } = (await answer.json()) as { url: string };
  return { url, cookie: cookieOf(answer) };
}

/** The person signs in at the provider, or cancels if the name is empty. @returns where the provider sends the browser. */
export async function signInAtProvider(url: string, person: string): Promise<string> {
  const cookies = new Map<string, string>();
  let at = new URL(url);
  let form: URLSearchParams | undefined;
  for (let step = 0; step < 10; step += 1) {
    const answer = await fetch(at, {
      redirect: "manual",
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; ") },
      ...(form === undefined ? {} : { method: "POST", body: form }),
    });
    for (const cookie of answer.headers.getSetCookie()) {
      const [name = "", value = ""] = (cookie.split(";")[0] ?? "").split("=");
      cookies.set(name, value);
    }
    const location = answer.headers.get("location");
    form = undefined;
    if (location === null) {
      if (!at.pathname.startsWith("/interaction/")) throw new Error(`${at.href}: ${await answer.text()}`);
      form = new URLSearchParams({ person });
      continue;
    }
    if (location.startsWith(PUBLIC_URL)) return location;
    at = new URL(location, at);
  }
  throw new Error("too many redirects");
}

/** The browser comes back. */
export function finish(using: Auth, address: string, cookie: string): Promise<Response> {
  const { pathname, search } = new URL(address);
  return respond(fromPage(`${pathname}${search}`, { cookie }), using);
}

export async function trySso(using: Auth, person: string, next = "/"): Promise<Response> {
  const { url, cookie } = await start(using, next);
  return finish(using, await signInAtProvider(url, person), cookie);
}

/** @returns the Cookie header of a browser that has signed in. */
export async function signInWithSso(using: Auth, person: string): Promise<string> {
  const answer = await trySso(using, person);
  if (problemIn(answer) !== undefined) throw new Error(`${person} was refused: ${problemIn(answer)}`);
  return cookieOf(answer);
}

/** Why the browser was sent back to the sign-in page. */
export function problemIn(answer: Response): string | undefined {
  const location = new URL(answer.headers.get("location") ?? "/", PUBLIC_URL);
  return location.pathname === "/sign-in" ? (location.searchParams.get("problem") ?? undefined) : undefined;
}

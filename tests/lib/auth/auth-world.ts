// A separate database with accounts, and the requests that browsers and programs would send.
import { after } from "node:test";
import { closeDatabase, type Database, openDatabase } from "#lib/db/connection.ts";
import type { Role } from "#lib/domain/permission.ts";
import { addAccount } from "#lib/auth/accounts.ts";
import { type Auth, type AuthSettings, openAuth } from "#lib/auth/auth.ts";
import { PUBLIC_PASSWORD_COST } from "#lib/auth/password-hash.ts";
import * as authEndpoints from "#lib/web/auth-endpoints.ts";
import * as ssoEndpoints from "#lib/web/sso-endpoints.ts";
import { createRouter } from "#lib/web/router.ts";
import { handlers } from "../../../app/api/handlers.ts";
import { testDatabase } from "../../support/database.ts";
import { asOperator } from "../../support/origin.ts";

export const PUBLIC_URL = "https://deploy.example.org";
export const SECRET = "a secret of the tests, long enough to sign with";
export const PASSWORD = "correct horse battery";

export type World = {
  url: string;
  db: Database;
  auth: Auth;
  /** Another web process with the same database and other settings. */
  open(settings: Partial<AuthSettings>): Auth;
  /** Adds an account with PASSWORD, and returns its name. */
  person(role: Role): Promise<string>;
};

/** Closed automatically after the tests of the file. */
export async function authWorld(): Promise<World> {
  const database = await testDatabase();
  const db = openDatabase(database.url, "test");
  after(async () => {
    await closeDatabase(db);
    await database.close();
  });
  const open = (settings: Partial<AuthSettings>) =>
    openAuth({
      database: db,
      secret: SECRET,
      publicUrl: PUBLIC_URL,
      demoAccounts: false,
      passwordCost: PUBLIC_PASSWORD_COST,
      ...settings,
    });
  const auth = open({});
  let count = 0;
  return {
    url: database.url,
    db,
    auth,
    open,
    person: async (role) => {
      const name = `${role}-${++count}`;
      await addAccount(asOperator(auth.settings.database), { name, role, password: PASSWORD });
      return name;
    },
  };
}

/** A request as a browser sends it from one of our pages. */
export function fromPage(
  path: string,
  init: { method?: string; cookie?: string; body?: unknown } = {},
): Request {
  return new Request(new URL(path, PUBLIC_URL), {
    method: init.method ?? "GET",
    headers: {
      origin: PUBLIC_URL,
      "sec-fetch-site": "same-origin",
      "x-forwarded-for": address(),
      ...(init.cookie === undefined ? {} : { cookie: init.cookie }),
      ...(init.body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(init.body === undefined ? {} : { body: JSON.stringify(init.body) }),
  });
}

export function withToken(path: string, token: string, method = "GET"): Request {
  return new Request(new URL(path, PUBLIC_URL), { method, headers: { authorization: `Bearer ${token}` } });
}

/** The response of a web process with these settings. */
export function respond(request: Request, using: Auth): Promise<Response> {
  const route = createRouter({
    ...handlers,
    signIn: ({ request: parsed, body }) => authEndpoints.signIn(parsed, body, using),
    signOut: ({ request: parsed }) => authEndpoints.signOut(parsed, using),
    startSso: ({ request: parsed, body }) => ssoEndpoints.startSso(parsed, body.next, using),
    finishSso: ({ request: parsed }) => ssoEndpoints.finishSso(parsed, using),
    endSsoSessions: ({ request: parsed }) => ssoEndpoints.endSsoSessions(parsed, using),
  });
  return route(request);
}

export async function trySignIn(using: Auth, username: string, password = PASSWORD): Promise<Response> {
  return respond(
    fromPage("/api/auth/sign-in/username", { method: "POST", body: { username, password } }),
    using,
  );
}

/** @returns the Cookie header of a browser that has signed in. */
export async function signIn(using: Auth, username: string, password = PASSWORD): Promise<string> {
  return cookieOf(await trySignIn(using, username, password));
}

export function cookieOf(answer: Response): string {
  const cookies = answer.headers.getSetCookie().map((cookie) => cookie.split(";")[0] ?? "");
  if (cookies.length === 0) throw new Error(`no cookie in an answer with status ${answer.status}`);
  return cookies.join("; ");
}

let addressCount = 0;
/** Each sign-in comes from a new address, so that only the rate limit's own tests reach the limit. */
function address(): string {
  addressCount += 1;
  return `192.0.2.${addressCount % 250}`;
}

// Sets up better-auth: accounts with user name and password, sessions in the database, API tokens; and single sign-on, if the
// site has it (oidc/). Owns every setting that decides who is admitted; lib/auth/authorise.ts authenticates requests with it, lib/auth/accounts.ts manages
// accounts, lib/web/auth-endpoints.ts exposes sign-in and sign-out. Nothing else imports the library.
//
// Created at first use, not at import, so that a build of the pages needs neither settings nor a database; kept on
// globalThis, because Next loads route handlers and instrumentation as separate module instances.
import type { BetterAuthOptions, GenericEndpointContext } from "better-auth";
import { APIError } from "better-auth/api";
import { betterAuth } from "better-auth/minimal";
import { username } from "better-auth/plugins/username";
import { z } from "zod";
import { config, requireSetting } from "../config.ts";
import { authAdapter } from "../db/auth-adapter.ts";
import { database, type Database } from "../db/connection.ts";
import type { Pace } from "../db/sign-in-attempts.ts";
import { type Role, ROLES } from "../domain/permission.ts";
import { SIGN_IN_METHODS } from "../domain/second-factor.ts";
import type { LocalAccounts, OidcSettings } from "../oidc-settings.ts";
import { isAdmitted } from "./admission.ts";
import { ACCOUNT_NAME } from "./oidc/identity.ts";
import { createProvider, type Provider } from "./oidc/provider.ts";
import { ssoSessions } from "./oidc/sso-sessions.ts";
import {
  hashPassword,
  PASSWORD_COST,
  PASSWORD_LENGTH_MAX,
  PASSWORD_LENGTH_MIN,
  type PasswordCost,
  verifyPassword,
} from "./password-hash.ts";
import { sessionCookie } from "./session-cookie.ts";
import { signInPace } from "./sign-in-pace.ts";

export type AuthSettings = {
  database: Database;
  /** Signs cookies and encrypts secrets of authenticator apps. A new one ends all sessions. */
  secret: string;
  publicUrl: string;
  /** Whether accounts of the sandbox may sign in. */
  demoAccounts: boolean;
  /** Roles whose accounts must have a second factor to sign in with a password; none by default. */
  secondFactorRequired?: readonly Role[];
  /** Which accounts with a password may be used; all by default. */
  localAccounts?: LocalAccounts;
  /** Undefined without single sign-on. */
  oidc?: OidcSettings | undefined;
  /** Limit of sign-in attempts for each account and address; SIGN_IN_PACE by default. */
  signInPace?: Pace;
  /** The same for each account, over all addresses that it does not know; ACCOUNT_WIDE_PACE by default. */
  accountPace?: Pace;
  /** Of new hashes, and of the one that is computed for an unknown name; PASSWORD_COST by default. */
  passwordCost?: PasswordCost;
};

export type Auth = {
  settings: AuthSettings;
  library: ReturnType<typeof openLibrary>;
  sso: { provider: Provider; settings: OidcSettings } | undefined;
  /** Origins of our own pages: requests that a browser sends for pages of other origins are refused. */
  ownOrigins: readonly string[];
};

/** Not extended by use, so that reading never writes. */
const SESSION_DAYS = 7;
/** For each address: more than mistyping needs, and too few to guess 12 characters. */
const SIGN_INS_PER_MINUTE_MAX = 20;
/** In the sandbox, where the page shows the passwords: browser tests sign in often from one address. */
const SANDBOX_SIGN_INS_PER_MINUTE_MAX = 300;
const COUNTED_SECONDS = 60;
/** Per account and address: about two guesses a minute (lib/auth/sign-in-pace.ts). */
export const SIGN_IN_PACE: Pace = {
  freeAttempts: 5,
  pauseMs: 2000,
  pauseMaxMs: 30_000,
  // The library deletes rows of this table after the same time.
  quietMs: COUNTED_SECONDS * 1000,
};
/** Per account, over all addresses: about six guesses a minute. Reached only by an attack from many addresses. */
const ACCOUNT_WIDE_PACE: Pace = { ...SIGN_IN_PACE, freeAttempts: 50, pauseMaxMs: 10_000 };

const KEY = Symbol.for("spiderpig.auth");
type Holder = { [KEY]?: Auth };

/** @throws ConfigError when SESSION_SECRET or DATABASE_URL is not set. */
export function auth(): Auth {
  const holder = globalThis as Holder;
  holder[KEY] ??= openAuth({
    database: database(),
    secret: requireSetting(config().sessionSecret, "SESSION_SECRET"),
    publicUrl: config().publicUrl,
    demoAccounts: config().demoAccounts,
    localAccounts: config().localAccounts,
    oidc: config().oidc,
    secondFactorRequired: config().secondFactorRequired,
  });
  return holder[KEY];
}

export function openAuth(settings: AuthSettings): Auth {
  const ownOrigins = ownOriginsOf(settings.publicUrl);
  const { oidc } = settings;
  const sso = oidc === undefined ? undefined : { provider: createProvider(oidc), settings: oidc };
  return { settings, ownOrigins, sso, library: openLibrary(settings, ownOrigins) };
}

function openLibrary(settings: AuthSettings, ownOrigins: readonly string[]) {
  return betterAuth({
    appName: "SpiderPig",
    baseURL: settings.publicUrl,
    basePath: "/api/auth",
    secret: settings.secret,
    trustedOrigins: [...ownOrigins],
    database: authAdapter(settings.database),
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: PASSWORD_LENGTH_MIN,
      maxPasswordLength: PASSWORD_LENGTH_MAX,
      password: {
        hash: (password) => hashPassword(password, settings.passwordCost ?? PASSWORD_COST),
        verify: verifyPassword,
      },
    },
    plugins: [
      username({
        displayUsername: false,
        minUsernameLength: 1,
        maxUsernameLength: 32,
        usernameValidator: (name) => ACCOUNT_NAME.test(name.toLowerCase()),
      }),
      sessionCookie(),
      ssoSessions(),
      signInPace(settings.database, {
        fromAddress: settings.signInPace ?? SIGN_IN_PACE,
        ofAccount: settings.accountPace ?? ACCOUNT_WIDE_PACE,
      }),
    ],
    user: { additionalFields: ACCOUNT_FIELDS },
    session: {
      expiresIn: SESSION_DAYS * 24 * 60 * 60,
      disableSessionRefresh: true,
      // A session cached in a cookie would outlive its revocation.
      cookieCache: { enabled: false },
      additionalFields: { signInMethod: { type: [...SIGN_IN_METHODS], required: true, input: false } },
    },
    rateLimit: rateLimit(settings),
    advanced: {
      ...cookieSettings(settings.publicUrl.startsWith("https://")),
      // Explicit, because the library disables them when it detects a test environment.
      disableCSRFCheck: false,
      disableOriginCheck: false,
      // web/admission.ts sets it to the address of the client alone.
      ipAddress: { ipAddressHeaders: ["x-forwarded-for"] },
    },
    databaseHooks: { session: { create: { before: refuseUnlessAdmitted(settings) } } },
    telemetry: { enabled: false },
    // Refusals are responses; other errors are thrown to the caller, which logs them.
    onAPIError: { throw: true },
    logger: { disabled: true },
  });
}

/**
 * A browser accepts a cookie with `__Host-` only from this host, over TLS: another host of the same site cannot replace it. The
 * library's own prefix is weaker, so it adds none.
 */
function cookieSettings(isSecure: boolean) {
  return {
    cookiePrefix: isSecure ? "__Host-spiderpig" : "spiderpig",
    useSecureCookies: false,
    defaultCookieAttributes: { httpOnly: true, sameSite: "lax", secure: isSecure },
  } as const;
}

/** `input: false`: a request cannot set them. */
const ACCOUNT_FIELDS = {
  role: { type: [...ROLES], required: true, defaultValue: "viewer", input: false },
  disabled: { type: "boolean", required: true, defaultValue: false, input: false },
  demo: { type: "boolean", required: true, defaultValue: false, input: false },
  sso: { type: "boolean", required: true, defaultValue: false, input: false },
  ssoConfirmedAt: { type: "date", required: false, input: false },
} satisfies NonNullable<BetterAuthOptions["user"]>["additionalFields"];

function rateLimit({ demoAccounts }: AuthSettings): NonNullable<BetterAuthOptions["rateLimit"]> {
  return {
    enabled: true,
    // Not in memory: several web processes must not multiply the attempts.
    storage: "database",
    customRules: {
      "/sign-in/username": {
        window: COUNTED_SECONDS,
        max: demoAccounts ? SANDBOX_SIGN_INS_PER_MINUTE_MAX : SIGN_INS_PER_MINUTE_MAX,
      },
      "/sign-out": false,
    },
  };
}

/** Runs before a session is created for a request: accounts that may not sign in get none, whatever the endpoint. */
function refuseUnlessAdmitted(settings: AuthSettings) {
  return async (
    session: { userId: string; signInMethod?: unknown },
    request: GenericEndpointContext | null,
  ) => {
    if (request === null) return;
    const user = await request.context.internalAdapter.findUserById(session.userId);
    if (!maySignIn(user, settings)) {
      throw new APIError("FORBIDDEN", { code: "ACCOUNT_DISABLED", message: "This account is disabled." });
    }
    // The library's own endpoint does not know the column; ours (session-cookie.ts) has set it.
    return { data: { signInMethod: session.signInMethod ?? "password" } };
  };
}

const storedUser = z.object({
  username: z.string(),
  disabled: z.boolean(),
  demo: z.boolean(),
  sso: z.boolean(),
  ssoConfirmedAt: z.date().nullish(),
});

function maySignIn(stored: unknown, settings: AuthSettings): boolean {
  const { username: name, disabled, demo, sso, ssoConfirmedAt } = storedUser.parse(stored);
  const isSsoConfirmed = ssoConfirmedAt !== null && ssoConfirmedAt !== undefined;
  return !disabled && isAdmitted({ name, demo, sso, isSsoConfirmed }, settings);
}

const LOOPBACK_NAMES = ["localhost", "127.0.0.1", "[::1]"];

/** The configured origin; on loopback also its other names. */
function ownOriginsOf(publicUrl: string): string[] {
  const { protocol, hostname, port, origin } = new URL(publicUrl);
  if (!LOOPBACK_NAMES.includes(hostname)) return [origin];
  return LOOPBACK_NAMES.map((name) => `${protocol}//${name}${port === "" ? "" : `:${port}`}`);
}

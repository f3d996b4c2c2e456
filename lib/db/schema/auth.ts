// The tables of better-auth, in schema `auth`: accounts and sessions. The library reads and writes them; names of the
// properties are its own, names of the columns ours. Nothing else in the program uses them, except
// lib/db/sign-in-attempts.ts, lib/db/sso.ts and notifications, which end with the session; people who query deployments need no access to
// this schema.
//
// A reader of these rows cannot sign in: passwords are scrypt hashes, and a cookie is the session's `token` together with
// its HMAC under SESSION_SECRET, which is not in the database. API tokens and second factors are in credential.ts.
import {
  bigint,
  boolean,
  foreignKey,
  index,
  integer,
  pgSchema,
  primaryKey,
  text,
  unique,
} from "drizzle-orm/pg-core";
import { ROLES } from "../../domain/permission.ts";
import { SIGN_IN_METHODS } from "../../domain/second-factor.ts";
import { timestamptz } from "./base.ts";

export const auth = pgSchema("auth");

export const role = auth.enum("role", ROLES);
export const signInMethod = auth.enum("sign_in_method", SIGN_IN_METHODS);

export const user = auth.table(
  "user",
  {
    id: text("id").notNull(),
    username: text("username").notNull(),
    name: text("name").notNull(),
    email: text("email").notNull(),
    emailVerified: boolean("email_verified").notNull().default(false),
    image: text("image"),
    role: role("role").notNull().default("viewer"),
    disabled: boolean("disabled").notNull().default(false),
    demo: boolean("demo").notNull().default(false),
    sso: boolean("sso").notNull().default(false),
    ssoConfirmedAt: timestamptz("sso_confirmed_at"),
    sessionGeneration: integer("session_generation").notNull().default(0),
    createdAt: timestamptz("created_at").notNull().defaultNow(),
    updatedAt: timestamptz("updated_at").notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ name: "user_pkey", columns: [t.id] }),
    unique("user_name_once").on(t.username),
    unique("user_email_once").on(t.email),
  ],
);

export const session = auth.table(
  "session",
  {
    id: text("id").notNull(),
    userId: text("user_id").notNull(),
    token: text("token").notNull(),
    signInMethod: signInMethod("sign_in_method").notNull(),
    secondFactorAt: timestamptz("second_factor_at"),
    confirmedAt: timestamptz("confirmed_at").notNull().defaultNow(),
    lastUsedAt: timestamptz("last_used_at").notNull().defaultNow(),
    expiresAt: timestamptz("expires_at").notNull(),
    ipAddress: text("ip_address"),
    userAgent: text("user_agent"),
    createdAt: timestamptz("created_at").notNull().defaultNow(),
    updatedAt: timestamptz("updated_at").notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ name: "session_pkey", columns: [t.id] }),
    unique("session_token_once").on(t.token),
    foreignKey({ name: "session_of_a_user", columns: [t.userId], foreignColumns: [user.id] }).onDelete(
      "cascade",
    ),
    index("session_by_user").on(t.userId),
  ],
);

/** What single sign-on knows about a session: who it is at the provider, and how its groups are read again. */
export const ssoSession = auth.table(
  "sso_session",
  {
    sessionId: text("session_id").notNull(),
    issuer: text("issuer").notNull(),
    subject: text("subject").notNull(),
    sid: text("sid"),
    tokens: text("tokens").notNull(),
    checkAt: timestamptz("check_at").notNull(),
  },
  (t) => [
    primaryKey({ name: "sso_session_pkey", columns: [t.sessionId] }),
    foreignKey({
      name: "sso_session_of_a_session",
      columns: [t.sessionId],
      foreignColumns: [session.id],
    }).onDelete("cascade"),
    index("sso_session_by_subject").on(t.issuer, t.subject),
    index("sso_session_by_check").on(t.checkAt),
  ],
);

export const account = auth.table(
  "account",
  {
    id: text("id").notNull(),
    userId: text("user_id").notNull(),
    providerId: text("provider_id").notNull(),
    accountId: text("account_id").notNull(),
    password: text("password"),
    accessToken: text("access_token"),
    refreshToken: text("refresh_token"),
    idToken: text("id_token"),
    accessTokenExpiresAt: timestamptz("access_token_expires_at"),
    refreshTokenExpiresAt: timestamptz("refresh_token_expires_at"),
    scope: text("scope"),
    createdAt: timestamptz("created_at").notNull().defaultNow(),
    updatedAt: timestamptz("updated_at").notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ name: "account_pkey", columns: [t.id] }),
    unique("account_once_per_provider").on(t.providerId, t.accountId),
    foreignKey({ name: "account_of_a_user", columns: [t.userId], foreignColumns: [user.id] }).onDelete(
      "cascade",
    ),
    index("account_by_user").on(t.userId),
  ],
);

export const verification = auth.table(
  "verification",
  {
    id: text("id").notNull(),
    identifier: text("identifier").notNull(),
    value: text("value").notNull(),
    expiresAt: timestamptz("expires_at").notNull(),
    createdAt: timestamptz("created_at").notNull().defaultNow(),
    updatedAt: timestamptz("updated_at").notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ name: "verification_pkey", columns: [t.id] }),
    index("verification_by_identifier").on(t.identifier),
  ],
);

export const rateLimit = auth.table(
  "rate_limit",
  {
    id: text("id").notNull(),
    key: text("key").notNull(),
    count: integer("count").notNull(),
    lastRequest: bigint("last_request", { mode: "number" }).notNull(),
  },
  (t) => [primaryKey({ name: "rate_limit_pkey", columns: [t.id] }), unique("rate_limit_key_once").on(t.key)],
);

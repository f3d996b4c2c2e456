// The tables of better-auth, in schema `auth`: who may come in, and who is in. The library reads and writes them;
// names of the properties are its own, names of the columns ours. Nothing else in the program touches them, except
// lib/db/sign-in-attempts.ts, and people who query deployments need no access to this schema.
//
// No row is enough to come in with: passwords are scrypt hashes, and a cookie or an API token is the session's
// `token` together with its HMAC under SESSION_SECRET, which the database never sees.
import {
  bigint,
  boolean,
  foreignKey,
  index,
  integer,
  pgSchema,
  primaryKey,
  text,
  timestamp,
  unique,
} from "drizzle-orm/pg-core";
import { ROLES } from "../../domain/permission.ts";

export const auth = pgSchema("auth");

export const role = auth.enum("role", ROLES);

const at = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });

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
    createdAt: at("created_at").notNull().defaultNow(),
    updatedAt: at("updated_at").notNull().defaultNow(),
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
    tokenName: text("token_name"),
    expiresAt: at("expires_at").notNull(),
    ipAddress: text("ip_address"),
    userAgent: text("user_agent"),
    createdAt: at("created_at").notNull().defaultNow(),
    updatedAt: at("updated_at").notNull().defaultNow(),
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
    accessTokenExpiresAt: at("access_token_expires_at"),
    refreshTokenExpiresAt: at("refresh_token_expires_at"),
    scope: text("scope"),
    createdAt: at("created_at").notNull().defaultNow(),
    updatedAt: at("updated_at").notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ name: "account_pkey", columns: [t.id] }),
    unique("account_once_a_provider").on(t.providerId, t.accountId),
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
    expiresAt: at("expires_at").notNull(),
    createdAt: at("created_at").notNull().defaultNow(),
    updatedAt: at("updated_at").notNull().defaultNow(),
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

/** What the tables and columns mean, for COMMENT ON; the key "" is the table itself. */
export const AUTH_COMMENTS = {
  user: {
    "": "People and programs that may come in. Never deleted, so that history keeps its names; disabled instead.",
    id: "Random; does not change when the name does.",
    username: "Shell name, lower case: under this name scap acts and history speaks.",
    name: "Shown name; the same as username.",
    email: "Made up from the name under .invalid, because the library wants one; never used or shown.",
    email_verified: "Not used.",
    image: "Not used.",
    role: "What the account may do, from least to most: viewer, deployer, admin.",
    disabled: "True when the account may not come in any more, by no way.",
    demo: "True for an account of the sandbox, whose password is public: it comes in only in sandbox mode.",
    created_at: "When the account was made.",
    updated_at: "When role, name or state last changed.",
  },
  session: {
    "": "Who is signed in: a row for each browser and for each API token. Deleting a row revokes it at once.",
    id: "Random.",
    user_id: "Whose session it is.",
    token: "Key of the row. Worth nothing alone: clients send it signed with SESSION_SECRET.",
    token_name: "Name of an API token; null for a browser.",
    expires_at: "From then on it is refused.",
    ip_address: "Address that signed in; empty for an API token.",
    user_agent: "Browser that signed in; empty for an API token.",
    created_at: "When it was signed in or issued.",
    updated_at: "The same as created_at: sessions are not prolonged.",
  },
  account: {
    "": "Ways to prove who one is; today a password, a row for each user.",
    id: "Random.",
    user_id: "Whose proof it is.",
    provider_id: "`credential` for a password.",
    account_id: "The user's name at the provider; for a password the user's id.",
    password: "scrypt hash with its salt; null for other providers.",
    access_token: "Of an outside provider; not used.",
    refresh_token: "Of an outside provider; not used.",
    id_token: "Of an outside provider; not used.",
    access_token_expires_at: "Of an outside provider; not used.",
    refresh_token_expires_at: "Of an outside provider; not used.",
    scope: "Of an outside provider; not used.",
    created_at: "When it was first set.",
    updated_at: "When it last changed.",
  },
  verification: {
    "": "Short-lived codes of the library (for example of a sign-in by an outside provider).",
    id: "Random.",
    identifier: "What the code is for.",
    value: "The code or what it stands for.",
    expires_at: "From then on it is refused.",
    created_at: "When it was made.",
    updated_at: "When it last changed.",
  },
  rate_limit: {
    "": "Recent attempts to sign in, counted for all web processes together.",
    id: "Random.",
    key: "What is counted: an address and a path, or an account (hashed) and perhaps one of its browsers.",
    count: "Attempts in the current window.",
    last_request: "Time of the last counted attempt, milliseconds since 1970.",
  },
} as const satisfies Record<string, Record<string, string>>;

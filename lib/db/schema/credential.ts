// How people and programs prove who they are, besides the password: API tokens, authenticator apps, recovery codes and
// passkeys. In schema `auth`, but written by our own statements (lib/db/api-tokens.ts, lib/db/second-factors.ts): the
// sign-in library does not know them.
//
// A reader of these rows cannot sign in either: tokens and recovery codes are SHA-256 hashes of random values, the secrets
// of authenticator apps are encrypted with SESSION_SECRET, and of passkeys there is only the public key.
import { sql } from "drizzle-orm";
import { bigint, check, foreignKey, index, integer, primaryKey, text, unique } from "drizzle-orm/pg-core";
import { TOKEN_SCOPES } from "../../domain/permission.ts";
import { auth, user } from "./auth.ts";
import { bytea, timestamptz } from "./base.ts";

export const tokenScope = auth.enum("token_scope", TOKEN_SCOPES);

export const apiToken = auth.table(
  "api_token",
  {
    id: integer("id").generatedAlwaysAsIdentity(),
    userId: text("user_id").notNull(),
    name: text("name").notNull(),
    scope: tokenScope("scope").notNull(),
    tokenHash: bytea("token_hash").notNull(),
    createdAt: timestamptz("created_at").notNull().defaultNow(),
    expiresAt: timestamptz("expires_at").notNull(),
    lastUsedAt: timestamptz("last_used_at"),
  },
  (t) => [
    primaryKey({ name: "api_token_pkey", columns: [t.id] }),
    unique("api_token_once").on(t.tokenHash),
    foreignKey({ name: "api_token_of_a_user", columns: [t.userId], foreignColumns: [user.id] }).onDelete(
      "cascade",
    ),
    check("api_token_has_a_name", sql`length(${t.name}) between 1 and 100`),
    index("api_token_by_user").on(t.userId),
  ],
);

export const totp = auth.table(
  "totp",
  {
    userId: text("user_id").notNull(),
    encryptedSecret: text("encrypted_secret").notNull(),
    createdAt: timestamptz("created_at").notNull().defaultNow(),
    confirmedAt: timestamptz("confirmed_at"),
    lastStep: bigint("last_step", { mode: "number" }),
    failedAttempts: integer("failed_attempts").notNull().default(0),
    lastAttemptAt: timestamptz("last_attempt_at"),
  },
  (t) => [
    primaryKey({ name: "totp_pkey", columns: [t.userId] }),
    foreignKey({ name: "totp_of_a_user", columns: [t.userId], foreignColumns: [user.id] }).onDelete(
      "cascade",
    ),
  ],
);

export const recoveryCode = auth.table(
  "recovery_code",
  {
    userId: text("user_id").notNull(),
    codeHash: bytea("code_hash").notNull(),
    createdAt: timestamptz("created_at").notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ name: "recovery_code_pkey", columns: [t.userId, t.codeHash] }),
    foreignKey({ name: "recovery_code_of_a_user", columns: [t.userId], foreignColumns: [user.id] }).onDelete(
      "cascade",
    ),
  ],
);

export const passkey = auth.table(
  "passkey",
  {
    id: integer("id").generatedAlwaysAsIdentity(),
    userId: text("user_id").notNull(),
    name: text("name").notNull(),
    credentialId: text("credential_id").notNull(),
    publicKey: bytea("public_key").notNull(),
    counter: bigint("counter", { mode: "number" }).notNull(),
    createdAt: timestamptz("created_at").notNull().defaultNow(),
    lastUsedAt: timestamptz("last_used_at"),
  },
  (t) => [
    primaryKey({ name: "passkey_pkey", columns: [t.id] }),
    unique("passkey_once").on(t.credentialId),
    foreignKey({ name: "passkey_of_a_user", columns: [t.userId], foreignColumns: [user.id] }).onDelete(
      "cascade",
    ),
    check("passkey_has_a_name", sql`length(${t.name}) between 1 and 100`),
    index("passkey_by_user").on(t.userId),
  ],
);

export const usedChallenge = auth.table(
  "used_challenge",
  {
    challenge: text("challenge").notNull(),
    expiresAt: timestamptz("expires_at").notNull(),
  },
  (t) => [primaryKey({ name: "used_challenge_pkey", columns: [t.challenge] })],
);

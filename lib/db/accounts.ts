// Accounts, for administrators. Signing in and sessions belong to better-auth (lib/db/auth-adapter.ts).
import { randomUUID } from "node:crypto";
import type { Role } from "../domain/permission.ts";
import type { Database, Transaction } from "./connection.ts";
import {
  boolean,
  firstRow,
  integer,
  notNull,
  type RowOf,
  rows,
  statement,
  text,
  textOf,
} from "./statement.ts";

/** As long as a session lasts. */
const SSO_CONFIRMATION_DAYS = 7;

/**
 * Of a user `u`: the identity provider has lately confirmed that the person has access. Without this limit an API token of a person
 * who has left would work until it expires, because no session is left in which the groups could be checked.
 */
export const IS_SSO_CONFIRMED = `coalesce(u.sso_confirmed_at > now() - interval '${SSO_CONFIRMATION_DAYS} days', false)`;

/** Of a user `u`: what decides about a request, by session (lib/db/sessions.ts) or API token (lib/db/api-tokens.ts). */
export const CALLER = {
  userId: text,
  name: text,
  role: textOf<Role>(),
  demo: boolean,
  sso: boolean,
  isSsoConfirmed: boolean,
};
export const CALLER_COLUMNS = `u.id as "userId", u.username as name, u.role::text as role, u.demo, u.sso,
     ${IS_SSO_CONFIRMED} as "isSsoConfirmed"`;

const ACCOUNT_NAME = statement(
  { name: text },
  `select u.username as name from auth."user" u where u.username = $1`,
);

/** The name as it is stored; undefined if there is no such account. */
export async function findAccountName(on: Database | Transaction, name: string): Promise<string | undefined> {
  // PostgreSQL refuses a NUL, which no name has.
  const row = await firstRow(on, ACCOUNT_NAME, [name.toLowerCase().replaceAll("\0", "")]);
  return row?.name;
}

const HAS_ACCESS = statement(
  { hasAccess: boolean },
  `select not u.disabled and (not u.sso or ${IS_SSO_CONFIRMED}) as "hasAccess" from auth."user" u where u.id = $1 for share`,
);

/**
 * Whether the account still exists, is enabled, and has not lost its access by single sign-on. It stays as it is for the rest of
 * the transaction.
 */
export async function lockAccess(tx: Transaction, userId: string): Promise<boolean> {
  return (await firstRow(tx, HAS_ACCESS, [userId]))?.hasAccess ?? false;
}

const LOCKED_ACCOUNT = { id: text, name: text, role: textOf<Role>(), disabled: boolean };
export type LockedAccount = RowOf<typeof LOCKED_ACCOUNT>;

const LOCK_ACCOUNT = statement(
  LOCKED_ACCOUNT,
  `select u.id, u.username as name, u.role::text as role, u.disabled
   from auth."user" u where u.username = $1 for update`,
);

/** Locks the account for the rest of the transaction. */
export function lockAccount(tx: Transaction, name: string): Promise<LockedAccount | undefined> {
  return firstRow(tx, LOCK_ACCOUNT, [name.toLowerCase().replaceAll("\0", "")]);
}

/** Locks the account for the rest of the transaction. */
export async function lockUser(tx: Transaction, userId: string): Promise<void> {
  await tx.execute(`select from auth."user" where id = $1 for update`, [userId]);
}

export async function updateRole(tx: Transaction, userId: string, role: Role): Promise<void> {
  await tx.execute(`update auth."user" set role = $2, updated_at = now() where id = $1`, [userId, role]);
}

export async function updateDisabled(tx: Transaction, userId: string, disabled: boolean): Promise<void> {
  await tx.execute(`update auth."user" set disabled = $2, updated_at = now() where id = $1`, [
    userId,
    disabled,
  ]);
}

const DELETE_SESSIONS = statement(
  { id: text },
  `with account as (update auth."user" set session_generation = session_generation + 1 where id = $1)
   delete from auth.session where user_id = $1 returning id`,
);

/** Signs the account out everywhere, and refuses sign-ins that are under way. @returns how many sessions it had. */
export async function deleteSessions(tx: Transaction, userId: string): Promise<number> {
  const deleted = await rows(tx, DELETE_SESSIONS, [userId]);
  return deleted.length;
}

const SESSION_GENERATION = statement(
  { generation: integer },
  `select u.session_generation as generation from auth."user" u where u.username = $1 for share`,
);

/**
 * Changes when all sessions of the account end: a sign-in that read another one was proved by a password or passkey that may be
 * gone. In a transaction, it stays as it is. Undefined if there is no such account.
 */
export async function sessionGeneration(
  db: Database | Transaction,
  name: string,
): Promise<number | undefined> {
  return (await firstRow(db, SESSION_GENERATION, [name.toLowerCase().replaceAll("\0", "")]))?.generation;
}

const DELETE_ALL_SESSIONS = statement(
  { userId: text },
  `delete from auth.session where $1::text is null or id <> $1 returning user_id as "userId"`,
);

/** @returns for each session that was ended the id of its user. */
export async function deleteAllSessions(
  tx: Transaction,
  exceptSessionId: string | undefined,
): Promise<string[]> {
  const deleted = await rows(tx, DELETE_ALL_SESSIONS, [exceptSessionId ?? null]);
  return deleted.map(({ userId }) => userId);
}

/** Authenticator app, recovery codes and passkeys. */
export async function deleteSecondFactors(tx: Transaction, userId: string): Promise<void> {
  for (const table of ["totp", "recovery_code", "passkey"]) {
    await tx.execute(`delete from auth.${table} where user_id = $1`, [userId]);
  }
}

/** With its sessions, tokens and settings. */
export async function deleteAccount(tx: Transaction, userId: string): Promise<void> {
  await tx.execute(`delete from auth."user" where id = $1`, [userId]);
}

const INSERT_USER = statement(
  { id: text },
  `insert into auth."user" (id, username, name, email, role, demo)
   values ($1, $2, $2, $1 || '@spiderpig.invalid', $3, $4)
   on conflict (username) do nothing
   returning id`,
);

/** An account that signs in with a password. @returns false if the name is taken. */
export async function insertAccount(
  tx: Transaction,
  account: { name: string; role: Role; isDemo: boolean; passwordHash: string },
): Promise<boolean> {
  const { name, role, isDemo, passwordHash } = account;
  const userId = randomUUID();
  // better-auth requires an e-mail address. It follows the id: another process may be adding an account of this name.
  const inserted = await rows(tx, INSERT_USER, [userId, name, role, isDemo]);
  if (inserted.length === 0) return false;
  await tx.execute(
    `insert into auth.account (id, user_id, account_id, provider_id, password) values ($1, $2, $2, 'credential', $3)`,
    [randomUUID(), userId, passwordHash],
  );
  return true;
}

const UPDATE_PASSWORD = statement(
  { id: text },
  `update auth.account set password = $2, updated_at = now()
   where user_id = $1 and provider_id = 'credential'
   returning id`,
);

/** @returns false if the account does not sign in with a password. */
export async function updatePassword(
  tx: Transaction,
  userId: string,
  passwordHash: string,
): Promise<boolean> {
  const updated = await rows(tx, UPDATE_PASSWORD, [userId, passwordHash]);
  return updated.length > 0;
}

const PASSWORD_HASH = statement(
  { hash: notNull(text) },
  `select a.password as hash from auth.account a
   where a.user_id = $1 and a.provider_id = 'credential' and a.password is not null`,
);

/** Undefined if the account does not sign in with a password. */
export async function findPasswordHash(db: Database, userId: string): Promise<string | undefined> {
  return (await firstRow(db, PASSWORD_HASH, [userId]))?.hash;
}

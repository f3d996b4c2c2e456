// Accounts and sessions of single sign-on. A person is known by issuer and subject only: names and addresses can be given to
// another person.
import { randomUUID } from "node:crypto";
import type { Role } from "../domain/permission.ts";
import { type Database, query, type Transaction } from "./connection.ts";
import { firstRow, nullable, type RowOf, rows, statement, text, textOf } from "./statement.ts";

export type Subject = { issuer: string; subject: string };

const ACCOUNT = { id: text, name: text, role: textOf<Role>() };
export type SsoAccount = RowOf<typeof ACCOUNT>;

const FIND_ACCOUNT = statement(
  ACCOUNT,
  `select u.id, u.username as name, u.role::text as role
   from auth.account a join auth."user" u on u.id = a.user_id
   where a.provider_id = $1 and a.account_id = $2
   for update of u`,
);

/** Locks the account, so that two sign-ins of a person change it one after the other. */
export function findSsoAccount(
  tx: Transaction,
  { issuer, subject }: Subject,
): Promise<SsoAccount | undefined> {
  return firstRow(tx, FIND_ACCOUNT, [issuer, subject]);
}

/** Confirmed now. @throws the violation of user_name_once if another account has got the name meanwhile. */
export async function insertSsoAccount(
  tx: Transaction,
  { issuer, subject }: Subject,
  { name, role }: { name: string; role: Role },
): Promise<string> {
  const id = randomUUID();
  await tx.execute(
    `insert into auth."user" (id, username, name, email, role, sso, sso_confirmed_at)
     values ($1, $2, $2, $1 || '@spiderpig.invalid', $3::auth.role, true, now())`,
    [id, name, role],
  );
  await linkSubject(tx, id, { issuer, subject });
  return id;
}

/** @throws the violation of account_once_per_provider if the person has another account. */
export async function linkSubject(
  tx: Transaction,
  userId: string,
  { issuer, subject }: Subject,
): Promise<void> {
  await tx.execute(
    `insert into auth.account (id, user_id, provider_id, account_id) values (gen_random_uuid()::text, $1, $2, $3)`,
    [userId, issuer, subject],
  );
}

/** Instead of the password, or of another subject. The provider has confirmed nothing yet. */
export async function replaceWithSubject(tx: Transaction, userId: string, subject: Subject): Promise<void> {
  await tx.execute("delete from auth.account where user_id = $1", [userId]);
  await linkSubject(tx, userId, subject);
  await tx.execute(
    `update auth."user" set sso = true, sso_confirmed_at = null, updated_at = now() where id = $1`,
    [userId],
  );
}

/** Name and role follow the provider. */
export async function confirmSsoAccount(
  tx: Transaction,
  userId: string,
  { name, role }: { name: string; role: Role },
): Promise<void> {
  await tx.execute(
    `update auth."user"
     set username = $2, name = $2, role = $3::auth.role, sso = true, sso_confirmed_at = now(), updated_at = now()
     where id = $1`,
    [userId, name, role],
  );
}

const WITHDRAW_CONFIRMATION = statement(
  { id: text },
  `update auth."user" u set sso_confirmed_at = null, updated_at = now()
   where u.id = $1 and u.sso_confirmed_at is not null
   returning u.id`,
);

/** The account and its API tokens are refused until the provider confirms it again. @returns false if they are already. */
export async function withdrawConfirmation(tx: Transaction, userId: string): Promise<boolean> {
  return (await firstRow(tx, WITHDRAW_CONFIRMATION, [userId])) !== undefined;
}

export type SsoSession = Subject & { sessionId: string; sid: string | null; tokens: string };

/** @param checkMs when the groups are read again. */
export async function insertSsoSession(db: Database, session: SsoSession, checkMs: number): Promise<void> {
  const { sessionId, issuer, subject, sid, tokens } = session;
  await query(
    db,
    `insert into auth.sso_session (session_id, issuer, subject, sid, tokens, check_at)
     values ($1, $2, $3, $4, $5, now() + $6::double precision * interval '1 millisecond')`,
    [sessionId, issuer, subject, sid, tokens, checkMs],
  );
}

const SESSION = { sessionId: text, issuer: text, subject: text, sid: nullable(text), tokens: text };

const FIND_SESSION = statement(
  SESSION,
  `select s.session_id as "sessionId", s.issuer, s.subject, s.sid, s.tokens
   from auth.sso_session s where s.session_id = $1`,
);

export function findSsoSession(db: Database, sessionId: string): Promise<SsoSession | undefined> {
  return firstRow(db, FIND_SESSION, [sessionId]);
}

const CLAIM_DUE_SESSION = statement(
  SESSION,
  `update auth.sso_session s
   set check_at = now() + $2::double precision * interval '1 millisecond'
   where s.session_id = (
     select due.session_id from auth.sso_session due
     where due.issuer = $1 and due.check_at <= now()
     order by due.check_at
     limit 1
     for update skip locked)
   returning s.session_id as "sessionId", s.issuer, s.subject, s.sid, s.tokens`,
);

/**
 * The session that has waited longest for its check, for one web process only: a refresh token may be valid once. If the
 * process ends before the check does, the session is checked the next time.
 */
export function claimDueSession(
  db: Database,
  issuer: string,
  checkMs: number,
): Promise<SsoSession | undefined> {
  return firstRow(db, CLAIM_DUE_SESSION, [issuer, checkMs]);
}

export async function saveTokens(tx: Transaction, sessionId: string, tokens: string): Promise<void> {
  await tx.execute("update auth.sso_session set tokens = $2 where session_id = $1", [sessionId, tokens]);
}

const OWNER = { userId: text, name: text };
export type SessionOwner = RowOf<typeof OWNER>;

const END_SESSION = statement(
  OWNER,
  `delete from auth.session s using auth."user" u
   where s.id = $1 and u.id = s.user_id
   returning u.id as "userId", u.username as name`,
);

/** Undefined if it has ended already. */
export function endSession(tx: Transaction, sessionId: string): Promise<SessionOwner | undefined> {
  return firstRow(tx, END_SESSION, [sessionId]);
}

const END_SESSIONS_AT_PROVIDER = statement(
  OWNER,
  `delete from auth.session s using auth.sso_session o, auth."user" u
   where o.session_id = s.id and u.id = s.user_id and o.issuer = $1
     and ($2::text is null or o.subject = $2) and ($3::text is null or o.sid = $3)
   returning u.id as "userId", u.username as name`,
);

/** @returns the owner of each session that has ended. */
export function endSessionsAtProvider(
  tx: Transaction,
  { issuer, subject, sid }: { issuer: string; subject?: string | undefined; sid?: string | undefined },
): Promise<SessionOwner[]> {
  return rows(tx, END_SESSIONS_AT_PROVIDER, [issuer, subject ?? null, sid ?? null]);
}

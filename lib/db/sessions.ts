// Sessions of browsers. better-auth creates them at sign-in and deletes them at sign-out; what a request may do with one is
// read here, in one query.
import { CONFIRMATION_MINUTES, type SignInMethod } from "../domain/second-factor.ts";
import { CALLER, CALLER_COLUMNS } from "./accounts.ts";
import type { Database, Transaction } from "./connection.ts";
import {
  boolean,
  firstRow,
  nullable,
  type RowOf,
  rows,
  statement,
  text,
  textOf,
  timestamptz,
} from "./statement.ts";

const SIGNED_IN = {
  ...CALLER,
  sessionId: text,
  method: textOf<SignInMethod>(),
  isVerified: boolean,
  hasSecondFactor: boolean,
  isConfirmed: boolean,
};

/** Of a user `u`: an authenticator app or a passkey. */
const HAS_SECOND_FACTOR = `(exists (select from auth.totp t where t.user_id = u.id and t.confirmed_at is not null)
   or exists (select from auth.passkey p where p.user_id = u.id))`;

const IS_CONFIRMED = `s.confirmed_at > now() - interval '${CONFIRMATION_MINUTES} minutes'`;

/** When a session was last used is precise to a minute, so that most requests write nothing. */
const FIND_SESSION = statement(
  SIGNED_IN,
  `with used as (
     update auth.session s set last_used_at = now()
     where s.token = $1 and s.expires_at > now() and s.last_used_at < now() - interval '1 minute'
     returning s.id
   )
   select ${CALLER_COLUMNS}, s.id as "sessionId",
     s.sign_in_method::text as method, s.second_factor_at is not null as "isVerified",
     ${HAS_SECOND_FACTOR} as "hasSecondFactor", ${IS_CONFIRMED} as "isConfirmed"
   from auth.session s join auth."user" u on u.id = s.user_id
   where s.token = $1 and s.expires_at > now() and not u.disabled`,
);

export function findSession(db: Database, token: string): Promise<RowOf<typeof SIGNED_IN> | undefined> {
  return firstRow(db, FIND_SESSION, [token]);
}

const SESSION = {
  id: text,
  address: nullable(text),
  userAgent: nullable(text),
  method: textOf<SignInMethod>(),
  createdAt: timestamptz,
  lastUsedAt: timestamptz,
};

const LIST_SESSIONS = statement(
  SESSION,
  `select s.id, nullif(s.ip_address, '') as address, nullif(s.user_agent, '') as "userAgent",
     s.sign_in_method::text as method, s.created_at as "createdAt", s.last_used_at as "lastUsedAt"
   from auth.session s where s.user_id = $1 and s.expires_at > now()
   order by s.last_used_at desc, s.id`,
);

export function listSessions(db: Database, userId: string): Promise<RowOf<typeof SESSION>[]> {
  return rows(db, LIST_SESSIONS, [userId]);
}

const DELETE_SESSION = statement(
  { id: text },
  "delete from auth.session s where s.user_id = $1 and s.id = $2 returning s.id",
);

/** @returns false if the user has no such session. */
export async function deleteSession(tx: Transaction, userId: string, id: string): Promise<boolean> {
  return (await firstRow(tx, DELETE_SESSION, [userId, id])) !== undefined;
}

const DELETE_OTHER_SESSIONS = statement(
  { id: text },
  `with account as (update auth."user" set session_generation = session_generation + 1 where id = $1)
   delete from auth.session s where s.user_id = $1 and s.id <> $2 returning s.id`,
);

/** Refuses sign-ins that are under way. @returns how many there were. */
export async function deleteOtherSessions(tx: Transaction, userId: string, keptId: string): Promise<number> {
  return (await rows(tx, DELETE_OTHER_SESSIONS, [userId, keptId])).length;
}

const DELETE_SESSION_BY_TOKEN = statement(
  { userId: text, name: text },
  `delete from auth.session s using auth."user" u
   where s.token = $1 and u.id = s.user_id
   returning u.id as "userId", u.username as name`,
);

/** @returns its owner; undefined if it has ended already. */
export function deleteSessionByToken(
  tx: Transaction,
  token: string,
): Promise<{ userId: string; name: string } | undefined> {
  return firstRow(tx, DELETE_SESSION_BY_TOKEN, [token]);
}

/** The person has proved who they are again. */
export async function confirmSession(tx: Transaction, id: string): Promise<void> {
  await tx.execute("update auth.session set confirmed_at = now() where id = $1", [id]);
}

const VERIFY_SESSION = statement(
  { id: text },
  "update auth.session s set second_factor_at = now(), confirmed_at = now() where s.id = $1 returning s.id",
);

/** The session has a second factor from now on. @returns false if it has ended. */
export async function verifySession(tx: Transaction, id: string): Promise<boolean> {
  return (await firstRow(tx, VERIFY_SESSION, [id])) !== undefined;
}

const LOCK_SESSION = statement(
  { id: text },
  "select s.id from auth.session s where s.id = $1 and s.expires_at > now() for share",
);

/** It does not end before the transaction. @returns false if it has ended. */
export async function lockSession(tx: Transaction, id: string): Promise<boolean> {
  return (await firstRow(tx, LOCK_SESSION, [id])) !== undefined;
}

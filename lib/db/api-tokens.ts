// API tokens. Only the hash of a token is stored: a token is a random value of 256 bits, which needs no slow hash.
import { createHash } from "node:crypto";
import type { TokenScope } from "../domain/permission.ts";
import { CALLER, CALLER_COLUMNS } from "./accounts.ts";
import type { Database, Transaction } from "./connection.ts";
import {
  firstRow,
  integer,
  nullable,
  onlyRow,
  type RowOf,
  rows,
  statement,
  text,
  textOf,
  timestamptz,
} from "./statement.ts";

const TOKEN_CALLER = { ...CALLER, scope: textOf<TokenScope>() };

/** When a token was last used is precise to a minute, so that most requests write nothing. */
const FIND_CALLER = statement(
  TOKEN_CALLER,
  `with used as (
     update auth.api_token t set last_used_at = now()
     where t.token_hash = $1 and t.expires_at > now()
       and (t.last_used_at is null or t.last_used_at < now() - interval '1 minute')
     returning t.id
   )
   select ${CALLER_COLUMNS}, t.scope::text as scope
   from auth.api_token t join auth."user" u on u.id = t.user_id
   where t.token_hash = $1 and t.expires_at > now() and not u.disabled`,
);

/** The account of a token that has not expired, unless it is disabled. */
export function findCaller(db: Database, token: string): Promise<RowOf<typeof TOKEN_CALLER> | undefined> {
  return firstRow(db, FIND_CALLER, [hashOf(token)]);
}

const TOKEN = {
  id: integer,
  name: text,
  scope: textOf<TokenScope>(),
  createdAt: timestamptz,
  expiresAt: timestamptz,
  lastUsedAt: nullable(timestamptz),
};

const TOKEN_COLUMNS = `t.id, t.name, t.scope::text as scope, t.created_at as "createdAt", t.expires_at as "expiresAt",
   t.last_used_at as "lastUsedAt"`;

const LIST_TOKENS = statement(
  TOKEN,
  `select ${TOKEN_COLUMNS} from auth.api_token t where t.user_id = $1 order by t.id desc`,
);

/** Expired ones as well, so that their owner sees why a program is refused. */
export function listApiTokens(db: Database | Transaction, userId: string): Promise<RowOf<typeof TOKEN>[]> {
  return rows(db, LIST_TOKENS, [userId]);
}

const OWNED_TOKEN = { ...TOKEN, account: text };

const LIST_ALL_TOKENS = statement(
  OWNED_TOKEN,
  `select u.username as account, ${TOKEN_COLUMNS}
   from auth.api_token t join auth."user" u on u.id = t.user_id
   where $1::text is null or u.username = $1
   order by u.username, t.id`,
);

/** @param account only its tokens. */
export function listTokensOfAccounts(
  db: Database,
  account: string | undefined,
): Promise<RowOf<typeof OWNED_TOKEN>[]> {
  return rows(db, LIST_ALL_TOKENS, [account ?? null]);
}

const INSERT_TOKEN = statement(
  { id: integer, expiresAt: timestamptz },
  `insert into auth.api_token (user_id, name, scope, token_hash, expires_at)
   values ($1, $2, $3::auth.token_scope, $4, now() + make_interval(days => $5::integer))
   returning id, expires_at as "expiresAt"`,
);

export async function insertApiToken(
  tx: Transaction,
  given: { userId: string; name: string; scope: TokenScope; days: number; token: string },
): Promise<{ id: number; expiresAt: Date }> {
  const { userId, name, scope, days, token } = given;
  return onlyRow(tx, INSERT_TOKEN, [userId, name, scope, hashOf(token), days]);
}

const DELETED = { name: text, account: text, userId: text };

const DELETE_TOKEN = statement(
  DELETED,
  `delete from auth.api_token t using auth."user" u
   where u.id = t.user_id and t.id = $1 and ($2::text is null or t.user_id = $2)
   returning t.name, u.username as account, u.id as "userId"`,
);

/** @param userId only if it is a token of this user. @returns undefined if there is no such token. */
export function deleteApiToken(
  tx: Transaction,
  id: number,
  userId?: string,
): Promise<RowOf<typeof DELETED> | undefined> {
  return firstRow(tx, DELETE_TOKEN, [id, userId ?? null]);
}

const DELETE_TOKENS = statement(
  { id: integer },
  "delete from auth.api_token t where t.user_id = $1 returning t.id",
);

/** @returns how many the account had. */
export async function deleteApiTokens(tx: Transaction, userId: string): Promise<number> {
  return (await rows(tx, DELETE_TOKENS, [userId])).length;
}

function hashOf(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}

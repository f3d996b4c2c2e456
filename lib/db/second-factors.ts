// Second factors of accounts: authenticator apps, recovery codes and passkeys.
import type { Database, Transaction } from "./connection.ts";
import {
  boolean,
  bytea,
  firstRow,
  float8,
  integer,
  nullable,
  onlyRow,
  type RowOf,
  rows,
  statement,
  text,
  timestamptz,
} from "./statement.ts";

const SUMMARY = { appAddedAt: nullable(timestamptz), recoveryCodes: integer };

const READ_SUMMARY = statement(
  SUMMARY,
  `select (select t.confirmed_at from auth.totp t where t.user_id = $1) as "appAddedAt",
     (select count(*)::integer from auth.recovery_code r where r.user_id = $1) as "recoveryCodes"`,
);

/** When the authenticator app was added, and how many recovery codes are left. */
export function readFactorSummary(
  on: Database | Transaction,
  userId: string,
): Promise<RowOf<typeof SUMMARY>> {
  return onlyRow(on, READ_SUMMARY, [userId]);
}

const COUNT_FACTORS = statement(
  { count: integer },
  `select ((select count(*) from auth.totp t where t.user_id = $1 and t.confirmed_at is not null)
     + (select count(*) from auth.passkey p where p.user_id = $1))::integer as count`,
);

/** Authenticator apps and passkeys. */
export async function countFactors(on: Database | Transaction, userId: string): Promise<number> {
  return (await onlyRow(on, COUNT_FACTORS, [userId])).count;
}

const SAVE_NEW_SECRET = statement(
  { saved: integer },
  `insert into auth.totp as t (user_id, encrypted_secret) values ($1, $2)
   on conflict (user_id) do update set encrypted_secret = excluded.encrypted_secret, created_at = now(),
     last_step = null, failed_attempts = 0, last_attempt_at = null
   where t.confirmed_at is null
   returning 1 as saved`,
);

/** Replaces a secret that no code has confirmed. @returns false if the account has an authenticator app. */
export async function saveNewSecret(
  tx: Transaction,
  userId: string,
  encryptedSecret: string,
): Promise<boolean> {
  return (await firstRow(tx, SAVE_NEW_SECRET, [userId, encryptedSecret])) !== undefined;
}

const ATTEMPT = { encryptedSecret: text };

/** Codes that may be entered without a pause. Each further wrong one doubles the pause, up to five minutes. */
const PAUSE = `make_interval(secs => least(300, 2 * power(2, least(t.failed_attempts - 5, 20))))`;

const COUNT_ATTEMPT = statement(
  ATTEMPT,
  `update auth.totp t set failed_attempts = t.failed_attempts + 1, last_attempt_at = now()
   where t.user_id = $1 and (t.confirmed_at is null) = $2::boolean and (t.failed_attempts < 5 or t.last_attempt_at + ${PAUSE} <= now())
   returning t.encrypted_secret as "encryptedSecret"`,
);

const REMAINING_PAUSE = statement(
  { seconds: nullable(float8) },
  `select ceil(extract(epoch from t.last_attempt_at + ${PAUSE} - now()))::float8 as seconds
   from auth.totp t where t.user_id = $1 and (t.confirmed_at is null) = $2::boolean`,
);

/**
 * Counts an attempt before its code is checked, so that concurrent attempts cannot all be the first.
 * @param isNew whether the app is being set up. @returns the secret; or the seconds to wait; or undefined if the account has no authenticator app.
 */
export async function countCodeAttempt(
  tx: Transaction,
  userId: string,
  isNew: boolean,
): Promise<RowOf<typeof ATTEMPT> | { waitSeconds: number } | undefined> {
  const counted = await firstRow(tx, COUNT_ATTEMPT, [userId, isNew]);
  if (counted !== undefined) return counted;
  const pause = await firstRow(tx, REMAINING_PAUSE, [userId, isNew]);
  return pause === undefined ? undefined : { waitSeconds: Math.max(1, pause.seconds ?? 1) };
}

const ACCEPT_STEP = statement(
  { accepted: integer },
  `update auth.totp t set last_step = $2::bigint, failed_attempts = 0, confirmed_at = coalesce(t.confirmed_at, now())
   where t.user_id = $1 and (t.last_step is null or t.last_step < $2::bigint)
   returning 1 as accepted`,
);

/** @returns false if a code of this time step, or of a later one, was accepted before. */
export async function acceptStep(tx: Transaction, userId: string, step: number): Promise<boolean> {
  return (await firstRow(tx, ACCEPT_STEP, [userId, step])) !== undefined;
}

const DELETE_APP = statement(
  { deleted: integer },
  "delete from auth.totp t where t.user_id = $1 and t.confirmed_at is not null returning 1 as deleted",
);

export async function deleteAuthenticatorApp(tx: Transaction, userId: string): Promise<boolean> {
  return (await firstRow(tx, DELETE_APP, [userId])) !== undefined;
}

export async function replaceRecoveryCodes(
  tx: Transaction,
  userId: string,
  hashes: readonly Buffer[],
): Promise<void> {
  await tx.execute("delete from auth.recovery_code where user_id = $1", [userId]);
  await tx.execute("insert into auth.recovery_code (user_id, code_hash) select $1, unnest($2::bytea[])", [
    userId,
    hashes,
  ]);
}

const USE_RECOVERY_CODE = statement(
  { used: integer },
  "delete from auth.recovery_code r where r.user_id = $1 and r.code_hash = $2 returning 1 as used",
);

/** @returns false if the account has no such code, or has used it. */
export async function redeemRecoveryCode(tx: Transaction, userId: string, hash: Buffer): Promise<boolean> {
  return (await firstRow(tx, USE_RECOVERY_CODE, [userId, hash])) !== undefined;
}

const PASSKEY = {
  id: integer,
  name: text,
  credentialId: text,
  createdAt: timestamptz,
  lastUsedAt: nullable(timestamptz),
};

const LIST_PASSKEYS = statement(
  PASSKEY,
  `select p.id, p.name, p.credential_id as "credentialId", p.created_at as "createdAt", p.last_used_at as "lastUsedAt"
   from auth.passkey p where p.user_id = $1 order by p.id`,
);

export function listPasskeys(db: Database | Transaction, userId: string): Promise<RowOf<typeof PASSKEY>[]> {
  return rows(db, LIST_PASSKEYS, [userId]);
}

export async function insertPasskey(
  tx: Transaction,
  userId: string,
  passkey: { name: string; credentialId: string; publicKey: Buffer; counter: number },
): Promise<void> {
  const { name, credentialId, publicKey, counter } = passkey;
  await tx.execute(
    `insert into auth.passkey (user_id, name, credential_id, public_key, counter) values ($1, $2, $3, $4, $5)`,
    [userId, name, credentialId, publicKey, counter],
  );
}

const FOUND_PASSKEY = {
  userId: text,
  name: text,
  sessionGeneration: integer,
  publicKey: bytea,
  counter: float8,
  demo: boolean,
};

const FIND_PASSKEY = statement(
  FOUND_PASSKEY,
  `select u.id as "userId", u.username as name, u.session_generation as "sessionGeneration",
     p.public_key as "publicKey", p.counter::float8 as counter, u.demo
   from auth.passkey p join auth."user" u on u.id = p.user_id
   where p.credential_id = $1 and not u.disabled and not u.sso`,
);

/** The passkey and its account, unless the account is disabled or uses single sign-on, which a passkey must not bypass. */
export function findPasskey(
  db: Database,
  credentialId: string,
): Promise<RowOf<typeof FOUND_PASSKEY> | undefined> {
  return firstRow(db, FIND_PASSKEY, [credentialId]);
}

export async function updatePasskeyCounter(
  tx: Transaction,
  credentialId: string,
  counter: number,
): Promise<void> {
  await tx.execute("update auth.passkey set counter = $2, last_used_at = now() where credential_id = $1", [
    credentialId,
    counter,
  ]);
}

const DELETE_PASSKEY = statement(
  { name: text },
  "delete from auth.passkey p where p.user_id = $1 and p.id = $2 returning p.name",
);

/** @returns its name; undefined if the account has no such passkey. */
export async function deletePasskey(
  tx: Transaction,
  userId: string,
  id: number,
): Promise<string | undefined> {
  return (await firstRow(tx, DELETE_PASSKEY, [userId, id]))?.name;
}

const ACCEPT_ONCE = statement(
  { used: integer },
  `with expired as (delete from auth.used_challenge c where c.expires_at < now())
   insert into auth.used_challenge (challenge, expires_at) values ($1, $2)
   on conflict (challenge) do nothing returning 1 as used`,
);

/** For challenges of passkeys and ids of logout tokens. @returns false if the value was used before. */
export async function acceptOnce(tx: Transaction, value: string, expiresAt: Date): Promise<boolean> {
  return (await firstRow(tx, ACCEPT_ONCE, [value, expiresAt])) !== undefined;
}

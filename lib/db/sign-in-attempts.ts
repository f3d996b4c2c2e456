// Failed sign-ins in a row, counted for all web processes together in better-auth's table of rate limits
// (lib/db/schema/auth.ts).
import { type Database, query } from "./connection.ts";
import { boolean, firstRow, float8, integer, onlyRow, rows, statement } from "./statement.ts";

export type Pace = {
  /** Attempts in a row that need not wait. */
  freeAttempts: number;
  /** The pause before the next attempt. It doubles with each further one … */
  pauseMs: number;
  /** … up to this. */
  pauseMaxMs: number;
  /** The count is reset after this time without an attempt. */
  quietMs: number;
};

const NOW_MS = "(extract(epoch from clock_timestamp()) * 1000)::bigint";
/** The exponent has a limit, because the count has none. */
const PAUSE_MS = "least($4::bigint, $3::bigint * power(2, least(r.count - $2::integer, 20)))::bigint";

const COUNT_ATTEMPT = statement(
  { counted: integer },
  `insert into auth.rate_limit as r (id, key, count, last_request) values (gen_random_uuid()::text, $1, 1, ${NOW_MS})
   on conflict (key) do update set
     count = case when r.last_request <= ${NOW_MS} - $5::bigint then 1 else r.count + 1 end,
     last_request = ${NOW_MS}
   where r.count < $2 or r.last_request + least($5::bigint, ${PAUSE_MS}) <= ${NOW_MS}
   returning 1 as counted`,
);

const REMAINING_PAUSE = statement(
  { leftMs: float8 },
  `select (r.last_request + ${PAUSE_MS} - ${NOW_MS})::float8 as "leftMs" from auth.rate_limit r where r.key = $1`,
);

/**
 * Counts an attempt before its password is checked: otherwise many attempts at the same instant would all be the first.
 * An attempt that comes too early is not counted, so a flood of attempts does not extend the pause of the account's owner.
 * @returns how long to wait, 0 when the attempt may be made.
 */
export async function countSignInAttempt(db: Database, key: string, pace: Pace): Promise<number> {
  const { freeAttempts, pauseMs, pauseMaxMs, quietMs } = pace;
  const counted = await rows(db, COUNT_ATTEMPT, [key, freeAttempts, pauseMs, pauseMaxMs, quietMs]);
  if (counted.length > 0) return 0;
  const remaining = await firstRow(db, REMAINING_PAUSE, [key, freeAttempts, pauseMs, pauseMaxMs]);
  // Without a row, or when the pause has just ended: the next attempt is counted.
  return Math.max(1, remaining?.leftMs ?? 1);
}

const HAS_SESSION = statement(
  { found: boolean },
  `select exists (
     select
     from auth.session s
     join auth."user" u on u.id = s.user_id
     where u.username = $1 and s.ip_address = $2) as found`,
);

/** Whether a browser has signed in to the account from this address, and has not signed out since. */
export async function hasSessionFrom(db: Database, name: string, address: string): Promise<boolean> {
  return (await onlyRow(db, HAS_SESSION, [name, address])).found;
}

/** After a successful sign-in. */
export async function forgetSignInAttempts(db: Database, key: string): Promise<void> {
  await query(db, "delete from auth.rate_limit where key = $1", [key]);
}

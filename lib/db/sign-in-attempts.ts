// How many sign-ins were tried in a row without success, in the library's table of attempts (lib/db/schema/auth.ts):
// counted for all web processes together.
import { type Database, query } from "./connection.ts";

export type Pace = {
  /** So many attempts in a row need not wait. */
  freeAttempts: number;
  /** The pause before the next one, before those after it twice the one before, … */
  pauseMs: number;
  /** … but never longer than this. */
  pauseMaxMs: number;
  /** Without an attempt for so long, the count begins anew. */
  quietMs: number;
};

const NOW_MS = "(extract(epoch from clock_timestamp()) * 1000)::bigint";
/** Bounded before it is doubled: a count has no bound. */
const PAUSE_MS = "least($4::bigint, $3::bigint * power(2, least(r.count - $2::integer, 20)))::bigint";

/**
 * Counts an attempt before its password is looked at, so that many at once cannot all be first. One that comes too
 * early is not counted: who hammers does not make others wait longer.
 * @returns how long to wait, 0 when the attempt may be made.
 */
export async function countSignInAttempt(db: Database, key: string, pace: Pace): Promise<number> {
  const { freeAttempts, pauseMs, pauseMaxMs, quietMs } = pace;
  const counted = await query(
    db,
    `insert into auth.rate_limit as r (id, key, count, last_request) values (gen_random_uuid()::text, $1, 1, ${NOW_MS})
     on conflict (key) do update set
       count = case when r.last_request <= ${NOW_MS} - $5::bigint then 1 else r.count + 1 end,
       last_request = ${NOW_MS}
     where r.count < $2 or r.last_request + least($5::bigint, ${PAUSE_MS}) <= ${NOW_MS}
     returning 1`,
    [key, freeAttempts, pauseMs, pauseMaxMs, quietMs],
  );
  if (counted.length > 0) return 0;
  const [row] = await query<{ leftMs: string }>(
    db,
    `select r.last_request + ${PAUSE_MS} - ${NOW_MS} as "leftMs" from auth.rate_limit r where r.key = $1`,
    [key, freeAttempts, pauseMs, pauseMaxMs],
  );
  // Forgotten or over between the two looks: the next attempt is counted.
  return Math.max(1, Number(row?.leftMs ?? 1));
}

/** After a success: what was mistyped before no longer counts. */
export async function forgetSignInAttempts(db: Database, key: string): Promise<void> {
  await query(db, "delete from auth.rate_limit where key = $1", [key]);
}

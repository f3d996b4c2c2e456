// Rows of the error source: which process reads it, and what was read. Minutes are replaced when they are read again, so a
// reading that arrives twice counts once.
import type { ErrorMessage, ErrorRate } from "../contract/error-rate.ts";
import { ERROR_WINDOW_MINUTES, type ErrorBucket, type MinuteErrors } from "../domain/error-rate.ts";
import { type Database, transaction } from "./connection.ts";
import { notify } from "./notify.ts";
import { isLive } from "./rules.ts";
import {
  boolean,
  firstRow,
  float8,
  integer,
  json,
  notNull,
  nullable,
  onlyRow,
  rows,
  statement,
  text,
  timestamptz,
} from "./statement.ts";

/** A partial index has the jobs that have not ended. */
const RUNNING_JOBS = `spiderpig.job j where j.finished_at is null and ${isLive("j")}`;

const CLAIM = statement(
  { asOf: nullable(timestamptz), now: timestamptz },
  `insert into spiderpig.error_source as s (claimed_at)
   values (clock_timestamp())
   on conflict (is_only) do update set claimed_at = excluded.claimed_at
   where s.claimed_at <= clock_timestamp() - make_interval(secs => case
     when exists (select from ${RUNNING_JOBS}) then $1::float8 else $2::float8 end)
   returning s.as_of as "asOf", s.claimed_at as now`,
);

/**
 * The claim is the lease of one reading: of all processes that ask within the interval, one gets it. A process that dies with
 * it delays the next reading by the interval.
 * @returns the time of the database, and up to when the source was read.
 */
export async function claimReading(
  db: Database,
  intervals: { liveMs: number; idleMs: number },
): Promise<{ asOf: Date | null; now: Date } | undefined> {
  return firstRow(db, CLAIM, [intervals.liveMs / 1000, intervals.idleMs / 1000]);
}

const RECORD_READING = statement(
  { isOnly: boolean },
  `update spiderpig.error_source
   set as_of = $1, per_minute = $2, failed_since = null, failure = null
   where as_of is null or as_of < $1 or failed_since is not null
   returning is_only as "isOnly"`,
);

/** Deletes what is a day old as well. @param from start of the first minute that was read. */
export async function storeReading(
  db: Database,
  reading: {
    asOf: number;
    from: number;
    perMinute: number;
    minutes: readonly MinuteErrors[];
    buckets: readonly ErrorBucket[];
  },
): Promise<void> {
  const { asOf, from, perMinute, minutes, buckets } = reading;
  await transaction(db, async (tx) => {
    // A slower process has read the same minutes earlier than another.
    if ((await firstRow(tx, RECORD_READING, [new Date(asOf), perMinute])) === undefined) return;
    await tx.execute(
      `delete from spiderpig.error_minute where minute >= $1 or minute < now() - interval '1 day'`,
      [new Date(from)],
    );
    await tx.execute(
      `insert into spiderpig.error_minute (minute, errors)
       select to_timestamp(m.minute / 1000), m.errors
       from json_to_recordset($1::json) as m (minute float8, errors integer)`,
      [JSON.stringify(minutes)],
    );
    await tx.execute(
      `insert into spiderpig.error_message as known (text, first_seen_at, last_seen_at)
       select b.message, to_timestamp(min(b."firstAt") / 1000), to_timestamp(max(b.minute) / 1000)
       from json_to_recordset($1::json) as b (message text, minute float8, "firstAt" float8)
       group by b.message
       on conflict (text) do update
       set first_seen_at = least(known.first_seen_at, excluded.first_seen_at),
           last_seen_at = greatest(known.last_seen_at, excluded.last_seen_at)`,
      [JSON.stringify(buckets)],
    );
    await tx.execute(
      `insert into spiderpig.error_count (minute, message_id, version, errors)
       select to_timestamp(b.minute / 1000), m.id, b.version, b.errors
       from json_to_recordset($1::json) as b (minute float8, version text, message text, errors integer)
       join spiderpig.error_message m on m.text = b.message`,
      [JSON.stringify(buckets)],
    );
    await tx.execute("delete from spiderpig.error_message where last_seen_at < now() - interval '1 day'");
    await notify(tx, "errors", 0);
  });
}

/** Browsers are notified of the first failure, and when the reason changes. */
export async function recordFailedReading(db: Database, reason: string): Promise<void> {
  await transaction(db, async (tx) => {
    const changed = await firstRow(tx, RECORD_FAILURE, [reason]);
    if (changed !== undefined) await notify(tx, "errors", 0);
  });
}

const RECORD_FAILURE = statement(
  { isOnly: boolean },
  `update spiderpig.error_source
   set failed_since = coalesce(failed_since, now()), failure = $1
   where failure is distinct from $1
   returning is_only as "isOnly"`,
);

const SOURCE = statement(
  {
    asOf: nullable(timestamptz),
    perMinute: nullable(float8),
    failedSince: nullable(timestamptz),
    failure: nullable(text),
  },
  `select as_of as "asOf", per_minute as "perMinute", failed_since as "failedSince", failure
   from spiderpig.error_source`,
);

const MINUTES = statement(
  { minute: timestamptz, errors: integer },
  `select minute, errors
   from spiderpig.error_minute
   where minute > $1::timestamptz - interval '30 minutes'
   order by minute`,
);

const MESSAGES = statement(
  {
    text,
    firstSeenAt: timestamptz,
    errors: notNull(integer),
    versions: nullable(json<ErrorMessage["versions"]>()),
  },
  `select m.text, m.first_seen_at as "firstSeenAt", sum(v.errors)::integer as errors,
          json_agg(json_build_object('version', v.version, 'errors', v.errors)
                   order by v.errors desc, v.version) as versions
   from (
     select c.message_id, c.version, sum(c.errors)::integer as errors
     from spiderpig.error_count c
     where c.minute > $1::timestamptz - make_interval(mins => ${ERROR_WINDOW_MINUTES})
     group by c.message_id, c.version) v
   join spiderpig.error_message m on m.id = v.message_id
   group by m.id
   order by m.first_seen_at >= (select min(j.started_at) from ${RUNNING_JOBS}) desc nulls last,
            errors desc, m.id
   limit $2`,
);

/** @returns also without any reading: then all of it is unknown. */
export async function readErrorRate(db: Database, messagesMax: number): Promise<ErrorRate> {
  return transaction(db, async (tx) => {
    const source = await firstRow(tx, SOURCE);
    const asOf = source?.asOf ?? null;
    const minutes = asOf === null ? [] : await rows(tx, MINUTES, [asOf]);
    const messages = asOf === null ? [] : await rows(tx, MESSAGES, [asOf, messagesMax]);
    const { failedSince = null, failure: reason = null, perMinute = null } = source ?? {};
    return {
      asOf: asOf?.toISOString() ?? null,
      failure: failedSince === null || reason === null ? null : { since: failedSince.toISOString(), reason },
      perMinute,
      minutes: minutes.map(({ minute, errors }) => ({ at: minute.toISOString(), errors })),
      messages: messages.map(({ firstSeenAt, versions, ...message }) => ({
        ...message,
        firstSeenAt: firstSeenAt.toISOString(),
        versions: versions ?? [],
      })),
    };
  });
}

const RATE_NOW = statement(
  { perMinute: nullable(float8) },
  `select spiderpig.errors_per_minute() as "perMinute"`,
);

/** Null when it is not known. */
export async function readErrorsPerMinute(tx: Parameters<typeof firstRow>[0]): Promise<number | null> {
  return (await onlyRow(tx, RATE_NOW)).perMinute;
}

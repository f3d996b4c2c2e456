// The state of the train: stored by workers when it has changed, read by pages, and named by the jobs that move it.
import type { Train, TrainReading } from "../contract/train.ts";
import { DEFAULT_LANE } from "../domain/job.ts";
import { STATIONS, TRAIN, type TrainState, type TrainSummary, type TrainWikis } from "../domain/train.ts";
import { type Database, query, type Transaction, transaction } from "./connection.ts";
import { notify } from "./notify.ts";
import {
  boolean,
  firstRow,
  integer,
  jsonb,
  nullable,
  rows,
  statement,
  text,
  timestamptz,
} from "./statement.ts";

/** A worker checks every few seconds (worker/train/watch.ts), and its services may need many of them. */
const STALE_SECONDS = 60;

const STORED = statement(
  { isSame: boolean },
  `select s.summary = $2::jsonb and s.wikis = $3::jsonb as "isSame"
   from spiderpig.train_host h
   join spiderpig.train_state s on s.id = h.state_id
   where h.host = $1
   for update of h`,
);

/** Stores the state if it differs from the last one of this host. @returns whether it does. */
export async function storeTrainState(
  db: Database,
  host: string,
  { summary, wikis }: TrainState,
): Promise<boolean> {
  const values = [host, JSON.stringify(summary), JSON.stringify(wikis)];
  return transaction(db, async (tx) => {
    const last = await firstRow(tx, STORED, values);
    if (last?.isSame === true) {
      await tx.execute("update spiderpig.train_host set checked_at = now() where host = $1", [host]);
      return false;
    }
    await tx.execute(
      `with stored as (
         insert into spiderpig.train_state (host, summary, wikis) values ($1, $2, $3) returning id
       )
       insert into spiderpig.train_host (host, state_id) select $1, id from stored
       on conflict (host) do update set state_id = excluded.state_id, checked_at = now()`,
      values,
    );
    await notify(tx, "train", 0);
    return true;
  });
}

/** Of several hosts, the one that starts the jobs of the train's lane, otherwise the one that reported last. Expects the host as `h`. */
const STALE_SINCE = `case when h.checked_at < now() - make_interval(secs => ${STALE_SECONDS}) then h.checked_at end`;
const NEWEST = `
  order by (h.host = (select l.host from spiderpig.lane l where l.name = '${DEFAULT_LANE}')) is true desc,
    h.checked_at desc, h.host
  limit 1`;

const READING = statement(
  { id: integer, staleSince: nullable(timestamptz) },
  `select h.state_id as id, ${STALE_SINCE} as "staleSince" from spiderpig.train_host h ${NEWEST}`,
);

/** Undefined if no worker has ever read the train. */
export async function findTrainReading(db: Database): Promise<TrainReading | undefined> {
  const found = await firstRow(db, READING);
  return found && { id: found.id, staleSince: found.staleSince?.toISOString() ?? null };
}

const CURRENT = statement(
  {
    id: integer,
    host: text,
    readAt: timestamptz,
    staleSince: nullable(timestamptz),
    summary: jsonb<TrainSummary>(),
    wikis: jsonb<TrainWikis>(),
  },
  `select s.id, s.host, s.read_at as "readAt", ${STALE_SINCE} as "staleSince", s.summary, s.wikis
   from spiderpig.train_host h
   join spiderpig.train_state s on s.id = h.state_id
   ${NEWEST}`,
);

export async function findTrain(on: Database | Transaction): Promise<Train | undefined> {
  const found = await firstRow(on, CURRENT);
  if (found === undefined) return undefined;
  const { id, host, readAt, staleSince, summary, wikis } = found;
  return {
    ...summary,
    id,
    host,
    readAt: readAt.toISOString(),
    staleSince: staleSince?.toISOString() ?? null,
    versions: wikis.versions,
    groups: Object.fromEntries(STATIONS.map((name) => [name, [...wikis.groups[name]]])) as Train["groups"],
  };
}

const SAME = statement(
  { id: integer },
  `select a.id
   from spiderpig.train_state a
   join spiderpig.train_state b on b.id = $2 and b.wikis = a.wikis
   where a.id = $1`,
);

/** Whether all wikis run the same versions in both states, and are in the same groups. Warnings and task may differ. */
export async function isSameTrain(tx: Transaction, stateId: number, otherId: number): Promise<boolean> {
  return (await firstRow(tx, SAME, [stateId, otherId])) !== undefined;
}

const UNFINISHED = statement(
  { id: integer },
  `select j.id from spiderpig.job j where j.kind = '${TRAIN}' and j.finished_at is null order by j.id limit 1`,
);

/** The job that moves the train, or will. */
export async function findTrainJob(tx: Transaction): Promise<number | undefined> {
  const found = await firstRow(tx, UNFINISHED);
  return found?.id;
}

const ENDED_WITHOUT_STATE = statement(
  { id: integer },
  `select j.id
   from spiderpig.job j
   where j.kind = '${TRAIN}' and j.host = $1 and j.finished_at > now() - interval '1 hour'
     and not exists (select from spiderpig.train_job_state t where t.job_id = j.id and t.moment = 'after')`,
);

/** Jobs of this host that moved the train, have ended, and have no state after their end. */
export async function listEndedTrainJobs(db: Database, host: string): Promise<number[]> {
  const found = await rows(db, ENDED_WITHOUT_STATE, [host]);
  return found.map(({ id }) => id);
}

/** Records the current state of the host as the one before or after the job. Only the first one counts. */
export async function recordTrainOf(
  db: Database,
  jobId: number,
  host: string,
  moment: "before" | "after",
): Promise<void> {
  await query(
    db,
    `with recorded as (
       insert into spiderpig.train_job_state (job_id, moment, state_id)
       select $1, $2, h.state_id from spiderpig.train_host h where h.host = $3
       on conflict (job_id, moment) do nothing
       returning job_id
     )
     select pg_notify('spiderpig_job', job_id::text) from recorded`,
    [jobId, moment, host],
  );
}

// Hosts on which workers run: what their workers report, and which of them an admin has drained.
import type { Host, HostState } from "../contract/lane.ts";
import type { Database, Transaction } from "./connection.ts";
import { isLive } from "./rules.ts";
import {
  arrayOf,
  boolean,
  firstRow,
  integer,
  nullable,
  onlyRow,
  rows,
  statement,
  text,
  timestamptz,
} from "./statement.ts";
import { IS_RESPONDING } from "./workers.ts";

/** A host that was replaced is no longer listed after this time. */
const LISTED_DAYS = 30;

/** A host can do what one of its workers can do, and starts no jobs only if none of its workers does. */
const LIST_HOSTS = statement(
  {
    name: text,
    version: text,
    isResponding: boolean,
    heartbeatAt: timestamptz,
    stoppedAt: nullable(timestamptz),
    scapVersion: nullable(text),
    scapProblem: nullable(text),
    claimProblem: nullable(text),
    operations: nullable(arrayOf(text)),
    runningJobs: integer,
    drainedAt: nullable(timestamptz),
    drainedBy: nullable(text),
    drainReason: nullable(text),
  },
  `with recent as (
     select w.*, ${IS_RESPONDING} as is_responding
     from spiderpig.worker w
     where w.heartbeat_at > now() - make_interval(days => ${LISTED_DAYS})
   )
   select distinct on (w.host) w.host as name, w.version, w.is_responding as "isResponding",
     w.heartbeat_at as "heartbeatAt", w.stopped_at as "stoppedAt",
     w.scap_version as "scapVersion", w.scap_problem as "scapProblem",
     (
       select case when bool_and(r.claim_problem is not null) then min(r.claim_problem) end
       from recent r
       where r.host = w.host and r.is_responding
     ) as "claimProblem",
     (
       select case when bool_and(r.operations is not null) then array_agg(distinct kind order by kind) end
       from recent r
       left join lateral unnest(r.operations) as kind on true
       where r.host = w.host and r.is_responding
     ) as operations,
     (select count(*)::integer from spiderpig.job j where ${isLive("j")} and j.host = w.host) as "runningJobs",
     o.drained_at as "drainedAt", o.drained_by as "drainedBy", o.drain_reason as "drainReason"
   from recent w
   left join spiderpig.host o on o.name = w.host
   order by w.host, w.is_responding desc, w.heartbeat_at desc`,
);

/** Those of the last 30 days, with the newest worker of each. */
export async function listHosts(db: Database): Promise<Host[]> {
  const found = await rows(db, LIST_HOSTS);
  return found.map(({ heartbeatAt, stoppedAt, drainedAt, drainedBy, drainReason, ...host }) => ({
    ...host,
    heartbeatAt: heartbeatAt.toISOString(),
    stoppedAt: stoppedAt?.toISOString() ?? null,
    drain:
      drainedAt === null
        ? null
        : { at: drainedAt.toISOString(), by: drainedBy ?? "", reason: drainReason ?? "" },
  }));
}

/** The same without what changes with every heartbeat. */
export async function listHostStates(db: Database): Promise<HostState[]> {
  const found = await listHosts(db);
  return found.map(({ name, isResponding, drain, claimProblem, operations }) => ({
    name,
    isResponding,
    drain,
    claimProblem,
    operations,
  }));
}

const IS_KNOWN = statement(
  { isKnown: boolean },
  `select exists (select from spiderpig.worker w where w.host = $1) as "isKnown"`,
);

/** A worker was started on it once. */
export async function isKnownHost(tx: Transaction, host: string): Promise<boolean> {
  const { isKnown } = await onlyRow(tx, IS_KNOWN, [host]);
  return isKnown;
}

/**
 * Locks the host to the end of the transaction: its drain and the starts of jobs on it exclude each other. A statement of its own,
 * like `lockLane`.
 */
export async function lockHost(tx: Transaction, host: string): Promise<void> {
  await tx.execute(
    "insert into spiderpig.host (name) values ($1) on conflict (name) do update set name = excluded.name",
    [host],
  );
}

const DRAIN = statement(
  { name: text },
  `update spiderpig.host set drained_at = now(), drained_by = $2, drain_reason = $3
   where name = $1 and drained_at is null
   returning name`,
);

/** From the commit on, no job starts on the host. @returns false when it is drained already. */
export async function drainHostRow(
  tx: Transaction,
  host: string,
  by: string,
  reason: string,
): Promise<boolean> {
  await lockHost(tx, host);
  return (await firstRow(tx, DRAIN, [host, by, reason])) !== undefined;
}

const UNDRAIN = statement(
  { name: text },
  `update spiderpig.host set drained_at = null, drained_by = null, drain_reason = null
   where name = $1 and drained_at is not null
   returning name`,
);

/** @returns false when the host is not drained. */
export async function undrainHostRow(tx: Transaction, host: string): Promise<boolean> {
  return (await firstRow(tx, UNDRAIN, [host])) !== undefined;
}

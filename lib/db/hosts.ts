// Hosts on which workers run, with the newest worker of each.
import type { Host } from "../contract/lane.ts";
import type { Database } from "./connection.ts";
import { isLive } from "./rules.ts";
import { boolean, integer, nullable, rows, statement, text, timestamptz } from "./statement.ts";
import { IS_RESPONDING } from "./workers.ts";

/** A host that was replaced is no longer listed after this time. */
const LISTED_DAYS = 30;

const LIST_HOSTS = statement(
  {
    name: text,
    version: text,
    isResponding: boolean,
    heartbeatAt: timestamptz,
    stoppedAt: nullable(timestamptz),
    runningJobs: integer,
  },
  `select distinct on (w.host) w.host as name, w.version, ${IS_RESPONDING} as "isResponding",
     w.heartbeat_at as "heartbeatAt", w.stopped_at as "stoppedAt",
     (select count(*)::integer from spiderpig.job j where ${isLive("j")} and j.host = w.host) as "runningJobs"
   from spiderpig.worker w
   where w.heartbeat_at > now() - make_interval(days => ${LISTED_DAYS})
   order by w.host, ${IS_RESPONDING} desc, w.heartbeat_at desc`,
);

export async function listHosts(db: Database): Promise<Host[]> {
  const found = await rows(db, LIST_HOSTS);
  return found.map(({ heartbeatAt, stoppedAt, ...host }) => ({
    ...host,
    heartbeatAt: heartbeatAt.toISOString(),
    stoppedAt: stoppedAt?.toISOString() ?? null,
  }));
}

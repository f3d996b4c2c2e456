// Lanes in which jobs wait that no host starts, for metrics: nothing runs in the lane, and its host, or every host, cannot start the job
// at the head of its queue.
import { type StartObstacle, startObstacle } from "../domain/start-obstacle.ts";
import type { Database } from "./connection.ts";
import { listHostStates } from "./hosts.ts";
import { holdsLane, isInForce, isStartable } from "./rules.ts";
import { jsonb, nullable, rows, statement, text } from "./statement.ts";

const NEXT_JOBS = statement(
  {
    lane: text,
    kind: text,
    hosts: nullable(jsonb<string[]>()),
    failedStarts: jsonb<{ host: string; reason: string }[]>(),
    laneHost: nullable(text),
  },
  `select distinct on (j.lane) j.lane, j.kind, j.operation -> 'hosts' as hosts, j.failed_starts as "failedStarts",
     l.host as "laneHost"
   from spiderpig.job j
   join spiderpig.lane l on l.name = j.lane
   where ${isStartable("j")}
     and not exists (select from spiderpig.job h where h.lane = j.lane and ${holdsLane("h")})
     and not exists (select from spiderpig.lane_freeze f where f.lane = j.lane and ${isInForce("f")})
   order by j.lane, j.queue_rank`,
);

/** Lanes that wait for a running job, for the end of a freeze or for a lost job are not among them. */
export async function listBlockedLanes(db: Database): Promise<{ lane: string; obstacle: StartObstacle }[]> {
  const jobs = await rows(db, NEXT_JOBS);
  if (jobs.length === 0) return [];
  const hosts = await listHostStates(db);
  return jobs.flatMap(({ lane, laneHost, ...job }) => {
    const obstacle = startObstacle(job, laneHost, hosts);
    return obstacle === undefined ? [] : [{ lane, obstacle }];
  });
}

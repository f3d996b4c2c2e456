// A job that its host could not start returns to the queue if another host could start it. Each host tries a job once, so it never
// moves between hosts forever: the last one fails it.
import type { Transaction } from "./connection.ts";
import { appendEvent } from "./events.ts";
import { lockLane, unbindLane } from "./lanes.ts";
import { notify } from "./notify.ts";
import { hasFailedOn } from "./rules.ts";
import type { ClaimedJob } from "./runs.ts";
import { boolean, firstRow, statement, text } from "./statement.ts";
import { IS_RESPONDING } from "./workers.ts";

/** A worker of another host would claim the job if its lane were bound to that host. The same conditions as a claim (runs.ts). */
const COULD_START_ELSEWHERE = `exists (
  select
  from spiderpig.worker w
  left join spiderpig.host o on o.name = w.host
  where ${IS_RESPONDING}
    and w.claim_problem is null
    and w.host <> j.host
    and not ${hasFailedOn("j", "w.host")}
    and o.drained_at is null
    and (j.operation ->> 'hosts' is null or j.operation -> 'hosts' ? w.host)
    and (w.operations is null or j.kind = any (w.operations)))`;

/** If a person has asked to end it, the job ends. The new epoch refuses late writes of this worker. */
const RETURN_TO_QUEUE = statement(
  { hasBoundLane: boolean, host: text },
  `with returned as (
     update spiderpig.job j
     set state = 'queued', started_at = null, worker_id = null, host = null, lease_epoch = lease_epoch + 1,
         failed_starts = failed_starts || jsonb_build_array(jsonb_build_object(
           'host', j.host, 'at', to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'reason', $3::text))
     where j.id = $1 and j.lease_epoch = $2 and j.state = 'running' and j.output_bytes = 0
       and not exists (select from spiderpig.signal s where s.job_id = j.id)
       and ${COULD_START_ELSEWHERE}
     returning j.id, j.failed_starts -> -1 ->> 'host' as host
   )
   select r.host, exists (
     select from spiderpig.job_event e
     where e.job_id = r.id and e.kind = 'lane_bound' and e.data ->> 'host' = r.host) as "hasBoundLane"
   from returned r`,
);

/**
 * The job's host could not start it, and nothing runs. If this job bound its lane to the host, the lane is free again: nothing of
 * the lane has ever run there. Otherwise the job waits until an admin switches the lane.
 * @param reason a sentence.
 * @returns whether the job is queued again; false if no other host could start it, or it is no longer this worker's.
 */
export async function returnToQueue(tx: Transaction, job: ClaimedJob, reason: string): Promise<boolean> {
  // Before the row of the job, as a claim does.
  await lockLane(tx, job.lane);
  const returned = await firstRow(tx, RETURN_TO_QUEUE, [job.id, job.leaseEpoch, reason]);
  if (returned === undefined) return false;
  const { host, hasBoundLane } = returned;
  const isLaneUnbound = hasBoundLane && (await unbindLane(tx, job.lane, host));
  await appendEvent(tx, job.id, { kind: "job_not_started", data: { host, reason, isLaneUnbound } });
  if (isLaneUnbound) await notify(tx, "lane", 0);
  return true;
}

// Conditions that several statements share, as SQL. Each takes the alias of its table in the statement.
import { type JobState, LIVE_STATES, statesBefore } from "../domain/job.ts";
import { HEARTBEAT_TIMEOUT_SECONDS } from "../domain/worker-heartbeat.ts";

const literals = (states: readonly JobState[]): string => states.map((state) => `'${state}'`).join(", ");

/** scap runs, or is being started. */
export const isLive = (job: string): string => `${job}.state in (${literals(LIVE_STATES)})`;

/** The states of a live job: it waits while a question is pending. */
export type LiveState = "running" | "waiting";

/** The transition of a live job to this state is permitted. */
export const mayMove = (job: string, to: LiveState): string =>
  `${job}.state in (${literals(statesBefore(to).filter((from) => LIVE_STATES.includes(from)))})`;

/** It runs, or it is lost and its lane is not released: no other job of the lane may start. One for each lane, by an index. */
export const holdsLane = (job: string): string =>
  `(${job}.started_at is not null and ${job}.lane_released_at is null)`;

/** It is queued and may start when its turn comes: no admin has to release it first. */
export const isStartable = (job: string): string => `(${job}.state = 'queued' and ${job}.held_at is null)`;

/** The host could not start the job, and does not try again. Expects SQL for the name of the host. */
export const hasFailedOn = (job: string, host: string): string =>
  `(${job}.failed_starts @> jsonb_build_array(jsonb_build_object('host', ${host}::text)))`;

/** The freeze is neither lifted nor expired. */
export const isInForce = (freeze: string): string =>
  `(${freeze}.lifted_at is null and (${freeze}.until is null or ${freeze}.until > now()))`;

/**
 * The last heartbeat of a live job's worker if it does not respond, otherwise null. After a start of the database the
 * timeout starts again, because no worker could send a heartbeat before.
 */
export const unresponsiveSince = (job: string): string => `
  case when ${isLive(job)} then (
    select w.heartbeat_at
    from spiderpig.worker w
    where w.id = ${job}.worker_id
      and greatest(w.heartbeat_at, pg_postmaster_start_time()) < now() - make_interval(secs => ${HEARTBEAT_TIMEOUT_SECONDS})
  ) end`;

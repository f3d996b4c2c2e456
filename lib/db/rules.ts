// Rules that several statements need, as SQL, each written once. Each is given the name that its table has there.
import { type JobState, LIVE_STATES, statesBefore } from "../domain/job.ts";
import { HEARTBEAT_TIMEOUT_SECONDS } from "../domain/worker-heartbeat.ts";

const among = (states: readonly JobState[]): string => states.map((state) => `'${state}'`).join(", ");

/** scap runs, or is being started. */
export const isLive = (job: string): string => `${job}.state in (${among(LIVE_STATES)})`;

/** Between these a live job goes to and fro: a person is asked, and scap goes on. */
export type LiveState = "running" | "waiting";

/** A live job may move to this state. */
export const mayMove = (job: string, to: LiveState): string =>
  `${job}.state in (${among(statesBefore(to).filter((from) => LIVE_STATES.includes(from)))})`;

/** No other job of its lane may start: it runs, or it was lost and nobody has looked. One a lane, by an index. */
export const holdsLane = (job: string): string =>
  `(${job}.started_at is not null and ${job}.lane_released_at is null)`;

/** A freeze stands until it is lifted or its end has come. */
export const stands = (freeze: string): string =>
  `(${freeze}.lifted_at is null and (${freeze}.until is null or ${freeze}.until > now()))`;

/**
 * The latest sign of life of a live job's worker, null while it is heard. After its own start the database gives
 * everybody the time to be heard again.
 */
export const silentSince = (job: string): string => `
  case when ${isLive(job)} then (
    select w.seen_at
    from spiderpig.worker w
    where w.id = ${job}.worker_id
      and greatest(w.seen_at, pg_postmaster_start_time()) < now() - make_interval(secs => ${HEARTBEAT_TIMEOUT_SECONDS})
  ) end`;

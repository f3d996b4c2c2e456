// Rules that several statements need, as SQL, each written once. Each is given the name that its table has there.
import { LIVE_STATES } from "../domain/job.ts";

const LIVE = LIVE_STATES.map((state) => `'${state}'`).join(", ");

/** scap runs, or is being started. */
export const isLive = (job: string): string => `${job}.state in (${LIVE})`;

/** No other job of its lane may start: it runs, or it was lost and nobody has looked. One a lane, by an index. */
export const holdsLane = (job: string): string =>
  `(${job}.started_at is not null and ${job}.lane_released_at is null)`;

/** A freeze stands until it is lifted or its end has come. */
export const stands = (freeze: string): string =>
  `(${freeze}.lifted_at is null and (${freeze}.until is null or ${freeze}.until > now()))`;

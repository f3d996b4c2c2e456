// The states, outcomes and transitions of a job, declared once. The PostgreSQL enums, the CHECK constraints, the table of legal
// transitions, the labels of the page and the tests derive from the tuples below; nothing else may list states.

export const JOB_STATES = [
  "queued",
  "running",
  "waiting",
  "succeeded",
  "failed",
  "cancelled",
  "lost",
] as const;
export type JobState = (typeof JOB_STATES)[number];

/** Every legal transition. A state without transitions is terminal. */
export const JOB_TRANSITIONS = {
  queued: ["running", "cancelled"],
  /** Back to `queued`: nothing was started, and another host may be able to start it. */
  running: ["queued", "waiting", "succeeded", "failed", "cancelled", "lost"],
  waiting: ["running", "succeeded", "failed", "cancelled", "lost"],
  succeeded: [],
  failed: [],
  cancelled: [],
  lost: [],
} as const satisfies Record<JobState, readonly JobState[]>;

export const OUTCOMES = [
  "completed",
  "nothing_to_deploy",
  "prepared",
  "declined",
  "refused",
  "rolled_back",
  "rollback_failed",
  "exit_nonzero",
  "interrupted",
  "killed",
  "spawn_failed",
  "cancelled_while_queued",
  "holder_lost",
  "unclear",
] as const;
export type Outcome = (typeof OUTCOMES)[number];

/**
 * The state each outcome ends in; docs/decisions/0003 has the reasons. `declined` is a cancellation: a person decided
 * it. `rolled_back` is a failure: the change is not in production and scap asks for a fix or a revert. `unclear` is a
 * failure: there is no evidence that scap did what was requested, and a person has to check.
 */
export const STATE_OF_OUTCOME = {
  completed: "succeeded",
  nothing_to_deploy: "succeeded",
  prepared: "succeeded",
  declined: "cancelled",
  refused: "failed",
  cancelled_while_queued: "cancelled",
  rolled_back: "failed",
  rollback_failed: "failed",
  exit_nonzero: "failed",
  interrupted: "failed",
  killed: "failed",
  spawn_failed: "failed",
  holder_lost: "lost",
  unclear: "failed",
} as const satisfies Record<Outcome, JobState>;

/** How far the changes of a job came, nearest first. After a rollback: where they still are. */
export const REACHES = ["nowhere", "merged", "testservers", "canaries", "production"] as const;
export type Reached = (typeof REACHES)[number];

/** The meaning of scap's sentence for an outcome, where the outcome alone does not say it. */
export const REASON_CODES = [
  "no_commits",
  "beta_only",
  "stopped_before_sync",
  "answered_no",
  "ended_without_rollback",
  "step_interrupted",
  "locked",
  "unhandled_error",
] as const;
export type ReasonCode = (typeof REASON_CODES)[number];

export function isTerminal(state: JobState): boolean {
  return JOB_TRANSITIONS[state].length === 0;
}

/** States in which scap runs (or is being started) and the job occupies its lane. */
export function isLive(state: JobState): boolean {
  return state !== "queued" && !isTerminal(state);
}

export function canMove(from: JobState, to: JobState): boolean {
  const targets: readonly JobState[] = JOB_TRANSITIONS[from];
  return targets.includes(to);
}

/** The states from which `to` can be reached: the condition of an update. */
export function statesBefore(to: JobState): JobState[] {
  return JOB_STATES.filter((from) => canMove(from, to));
}

export const TERMINAL_STATES = JOB_STATES.filter(isTerminal);
export const LIVE_STATES = JOB_STATES.filter(isLive);

export const DEFAULT_LANE = "mediawiki";
export const LANE_PATTERN = /^[a-z0-9][a-z0-9_-]{0,39}$/;
export const CHANGES_MAX = 20;

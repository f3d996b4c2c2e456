// The rows after a round: valid states, an outcome that matches scap's exit, complete histories, and one job at a time in each
// lane, in order.
import type { Outcome } from "#lib/domain/job.ts";
import type { JobFacts, RoundFacts } from "../facts.ts";
import { signalsThatReached } from "./stop-requests.ts";

/** Possible outcomes of a stopped scap, by exit code. */
const STOPPED_WITH: Record<number, readonly Outcome[]> = {
  0: ["completed", "nothing_to_deploy", "prepared", "declined"],
  1: ["rolled_back", "rollback_failed", "exit_nonzero", "refused", "declined", "interrupted", "killed"],
  130: ["interrupted", "rolled_back", "rollback_failed"],
};
const ENDED_BY: Record<string, number> = { interrupt: 2, terminate: 15, kill: 9 };

/** Exit codes by outcome. `unclear` is missing, because the sandbox's scap always reports its result. */
const EXITS_OF: Partial<Record<Outcome, readonly number[]>> = {
  completed: [0],
  nothing_to_deploy: [0],
  prepared: [0],
  declined: [0, 1],
  refused: [1],
  rolled_back: [1],
  rollback_failed: [1],
  exit_nonzero: [1],
};

export function checkRows({ jobs }: RoundFacts): string[] {
  return [...jobs.flatMap(jobViolations), ...laneViolations(jobs)];
}

function jobViolations(facts: JobFacts): string[] {
  const { id, job, events, eventSeq, journal, holder, laneReleasedAt, laneReleasedBy } = facts;
  const violations: string[] = [];
  const { outcome, state } = job;
  if (outcome === null) return [`job ${id}: it has not ended, it is ${state}`];
  const gap = events.findIndex(({ seq }, index) => seq !== index + 1);
  if (gap !== -1 || events.length !== eventSeq) {
    violations.push(
      `job ${id}: its history has a gap at ${gap} or is incomplete (${events.length} of ${eventSeq})`,
    );
  }
  const kinds = events.map(({ kind }) => kind);
  const finishedCount = kinds.filter((kind) => kind === "job_finished").length;
  const isCancelled = outcome === "cancelled_while_queued";
  if (kinds[0] !== "job_created" || finishedCount !== (isCancelled ? 0 : 1)) {
    violations.push(`job ${id}: its history begins with ${kinds[0]} and ends ${finishedCount} times`);
  }
  if (state === "lost") {
    if (holder.state !== "dead") violations.push(`job ${id}: it is lost, but its holder is ${holder.state}`);
    if (laneReleasedAt !== null && laneReleasedBy === null) {
      violations.push(`job ${id}: a lost job released its lane by itself`);
    }
    return violations;
  }
  // stop-requests.ts checks the rest.
  if (isCancelled) return violations;
  if (holder.state !== "ended") violations.push(`job ${id}: it is ${outcome}, its holder is ${holder.state}`);
  const exits = journal.filter(({ kind }) => kind === "exit").length;
  if (exits !== 1 || journal.at(-1)?.kind !== "exit") {
    violations.push(`job ${id}: its journal has ${exits} exit records and ends with ${journal.at(-1)?.kind}`);
  }
  if (!endFits(facts, outcome)) {
    violations.push(
      `job ${id}: scap ended with ${facts.processes[0]?.exitCode}, stored is ${job.exitCode} and signal ${job.exitSignal} as ${outcome}`,
    );
  }
  // An interrupted stage is started again.
  if (signalsThatReached(facts).length > 0) return violations;
  const open = job.phases.filter(({ finishedAt }) => finishedAt === null);
  if (outcome === "completed" && open.length > 0) {
    violations.push(
      `job ${id}: it is completed, and these phases are open: ${open.map(({ name }) => name).join(", ")}`,
    );
  }
  return violations;
}

function endFits(facts: JobFacts, outcome: Outcome): boolean {
  const { exitCode, exitSignal } = facts.job;
  const [command] = facts.processes;
  const reached = signalsThatReached(facts);
  if (exitSignal !== null && exitSignal !== 0) {
    const isHard = reached.some((kind) => kind !== "interrupt");
    // scap records its exit before it exits, so a signal may arrive after the record.
    return (
      exitCode === null &&
      outcome === (isHard || exitSignal !== 2 ? "killed" : "interrupted") &&
      reached.some((kind) => ENDED_BY[kind] === exitSignal)
    );
  }
  if (command?.exitCode !== exitCode) return false;
  if (reached.length > 0) return STOPPED_WITH[exitCode ?? -1]?.includes(outcome) === true;
  return exitCode !== null && EXITS_OF[outcome]?.includes(exitCode) === true;
}

function laneViolations(jobs: readonly JobFacts[]): string[] {
  const violations: string[] = [];
  for (const lane of new Set(jobs.map(({ job }) => job.lane))) {
    // A job that was cancelled in the queue never had the lane.
    const inLane = jobs.filter(({ job }) => job.lane === lane && job.startedAt !== null);
    for (const [index, later] of inLane.entries()) {
      const earlier = inLane[index - 1];
      if (earlier === undefined || later.job.startedAt === null) continue;
      const free = earlier.laneReleasedAt;
      if (free === null || free > new Date(later.job.startedAt)) {
        violations.push(`job ${later.id} started while job ${earlier.id} held the lane`);
      }
      const [before] = earlier.processes;
      const [after] = later.processes;
      const isKnown = earlier.job.state !== "lost" && before?.endedAt !== null;
      if (isKnown && before && after && (before.endedAt ?? 0) > after.startedAt) {
        violations.push(`the scap of job ${later.id} ran at the same time as that of job ${earlier.id}`);
      }
    }
  }
  return violations;
}

// What the database says when all is over: possible states, an outcome that fits scap's exit, histories without gaps,
// one job at a time in each lane and in their order.
import type { Outcome } from "#lib/domain/job.ts";
import type { JobFacts, RoundFacts } from "../facts.ts";

const EXIT_OF: Partial<Record<Outcome, number>> = {
  completed: 0,
  nothing_to_deploy: 0,
  declined: 0,
  rolled_back: 1,
  rollback_failed: 1,
  exit_nonzero: 1,
};

export function checkRows({ jobs }: RoundFacts): string[] {
  return [...jobs.flatMap(jobFaults), ...laneFaults(jobs)];
}

function jobFaults({
  id,
  job,
  events,
  eventSeq,
  journal,
  holder,
  processes,
  laneReleasedAt,
  laneReleasedBy,
}: JobFacts) {
  const faults: string[] = [];
  const { outcome, state, exitCode } = job;
  if (outcome === null) return [`job ${id}: it has not ended, it is ${state}`];
  const gap = events.findIndex(({ seq }, index) => seq !== index + 1);
  if (gap !== -1 || events.length !== eventSeq)
    faults.push(
      `job ${id}: its history has a gap at ${gap} or lacks its end (${events.length} of ${eventSeq})`,
    );
  const kinds = events.map(({ kind }) => kind);
  const finishedCount = kinds.filter((kind) => kind === "job_finished").length;
  if (kinds[0] !== "job_created" || finishedCount !== 1)
    faults.push(`job ${id}: its history begins with ${kinds[0]} and ends ${finishedCount} times`);
  if (state === "lost") {
    if (holder.state !== "dead") faults.push(`job ${id}: it is lost, but its holder is ${holder.state}`);
    if (laneReleasedAt !== null && laneReleasedBy === null)
      faults.push(`job ${id}: a lost job gave its lane away by itself`);
    return faults;
  }
  if (holder.state !== "ended") faults.push(`job ${id}: it is ${outcome}, its holder is ${holder.state}`);
  const exits = journal.filter(({ kind }) => kind === "exit").length;
  if (exits !== 1 || journal.at(-1)?.kind !== "exit")
    faults.push(`job ${id}: its journal has ${exits} ends and is closed by ${journal.at(-1)?.kind}`);
  const [command] = processes;
  if (command?.exitCode !== exitCode || EXIT_OF[outcome] !== exitCode)
    faults.push(`job ${id}: scap ended with ${command?.exitCode}, stored is ${exitCode} as ${outcome}`);
  const open = job.phases.filter(({ finishedAt }) => finishedAt === null);
  if (outcome === "completed" && open.length > 0)
    faults.push(
      `job ${id}: it is completed, and these phases are open: ${open.map(({ name }) => name).join(", ")}`,
    );
  return faults;
}

function laneFaults(jobs: readonly JobFacts[]): string[] {
  const faults: string[] = [];
  for (const lane of new Set(jobs.map(({ job }) => job.lane))) {
    const inLane = jobs.filter(({ job }) => job.lane === lane);
    for (const [index, later] of inLane.entries()) {
      const earlier = inLane[index - 1];
      if (earlier === undefined || later.job.startedAt === null) continue;
      const free = earlier.laneReleasedAt;
      if (free === null || free > new Date(later.job.startedAt))
        faults.push(`job ${later.id} started while job ${earlier.id} held the lane`);
      const [before] = earlier.processes;
      const [after] = later.processes;
      if (earlier.job.state !== "lost" && before && after && (before.endedAt ?? 0) > after.startedAt)
        faults.push(`the scap of job ${later.id} ran beside that of job ${earlier.id}`);
    }
  }
  return faults;
}

// The state of each phase of a job. scap also prints "Finished …" for a check that failed, and then asks what to do. So the
// phase that was active when such a question was asked has failed, although it is finished.
import type { Job } from "#lib/contract/job.ts";

export type PhaseState = "running" | "done" | "failed" | "unfinished";

type JobPhases = Pick<Job, "phases" | "interactions" | "finishedAt">;

export function phaseStates({
  phases,
  interactions,
  finishedAt,
}: JobPhases): ReadonlyMap<number, PhaseState> {
  const failed = new Set(
    interactions
      .filter(({ message }) => /\bfailed\b/i.test(message))
      .map(({ askedAt }) => lastActivePhase(phases, Date.parse(askedAt))),
  );
  return new Map(
    phases.map((phase) => [
      phase.id,
      failed.has(phase.id)
        ? "failed"
        : phase.finishedAt !== null
          ? "done"
          : finishedAt === null
            ? "running"
            : "unfinished",
    ]),
  );
}

/** The phase that started or finished last before `atMs`. */
function lastActivePhase(phases: Job["phases"], atMs: number): number | undefined {
  let last: { id: number; atMs: number } | undefined;
  for (const { id, startedAt, finishedAt } of phases) {
    for (const time of [startedAt, finishedAt]) {
      if (time === null) continue;
      const eventMs = Date.parse(time);
      // Of two events at the same time, that of the inner phase counts, which has the higher id.
      if (eventMs <= atMs && eventMs >= (last?.atMs ?? -Infinity)) last = { id, atMs: eventMs };
    }
  }
  return last?.id;
}

// Each watcher received every line once and in order, the final state of the job, and its end.
import { isDeepStrictEqual } from "node:util";
import type { RoundFacts } from "../facts.ts";
import type { WatchResult } from "../watcher.ts";

export function checkWatched({ jobs }: RoundFacts, watchers: readonly WatchResult[]): string[] {
  return watchers.flatMap((watched) => {
    const facts = jobs.find(({ id }) => id === watched.jobId);
    if (facts === undefined) return [`a watcher watched job ${watched.jobId}, which does not exist`];
    const violations = watched.violations.map((violation) => `a watcher of job ${facts.id}: ${violation}`);
    if (!watched.hasEnded) violations.push(`a watcher of job ${facts.id} did not receive its end`);
    const differs = facts.lines.findIndex((line, index) => line !== watched.lines[index]);
    if (differs !== -1 || facts.lines.length !== watched.lines.length) {
      violations.push(
        `a watcher of job ${facts.id} received ${watched.lines.length} lines of ${facts.lines.length}, the first difference is line ${differs + 1}`,
      );
    }
    // The database orders the keys of a document anew, so the text may differ.
    if (watched.hasEnded && !isDeepStrictEqual(finalState(watched.job), finalState(facts.job))) {
      violations.push(
        `a watcher of job ${facts.id} has another final state: ${JSON.stringify(finalState(watched.job))} is not ${JSON.stringify(finalState(facts.job))}`,
      );
    }
    return violations;
  });
}

/** The fields that are final once a job has ended. */
function finalState(job: WatchResult["job"]): unknown {
  if (job === undefined) return undefined;
  const { state, outcome, exitCode, interactions, phases, startedAt, finishedAt } = job;
  return { state, outcome, exitCode, interactions, phases, startedAt, finishedAt };
}

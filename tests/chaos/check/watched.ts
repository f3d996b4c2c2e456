// Whoever watched has seen every line once and in order, the last state of the job, and its end.
import type { RoundFacts } from "../facts.ts";
import type { Watched } from "../watcher.ts";

export function checkWatched({ jobs }: RoundFacts, watchers: readonly Watched[]): string[] {
  return watchers.flatMap((watched) => {
    const facts = jobs.find(({ id }) => id === watched.jobId);
    if (facts === undefined) return [`somebody watched job ${watched.jobId}, which is not there`];
    const faults = watched.faults.map((fault) => `a watcher of job ${facts.id}: ${fault}`);
    if (!watched.hasEnded) faults.push(`a watcher of job ${facts.id} was not told its end`);
    const differs = facts.lines.findIndex((line, index) => line !== watched.lines[index]);
    if (differs !== -1 || facts.lines.length !== watched.lines.length)
      faults.push(
        `a watcher of job ${facts.id} saw ${watched.lines.length} lines of ${facts.lines.length}, another one at ${differs + 1}`,
      );
    if (watched.hasEnded && JSON.stringify(lasting(watched.job)) !== JSON.stringify(lasting(facts.job)))
      faults.push(
        `a watcher of job ${facts.id} was left with another picture of it: ${JSON.stringify(lasting(watched.job))} is not ${JSON.stringify(lasting(facts.job))}`,
      );
    return faults;
  });
}

/** What does not change any more once a job has ended. */
function lasting(job: Watched["job"]): unknown {
  if (job === undefined) return undefined;
  const { state, outcome, exitCode, interactions, phases, startedAt, finishedAt } = job;
  return { state, outcome, exitCode, interactions, phases, startedAt, finishedAt };
}

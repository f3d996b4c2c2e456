// scap is started exactly once for each started job, with its arguments, and for no other reason.
import type { RoundFacts } from "../facts.ts";
import { isCutShort, signalsThatReached } from "./stop-requests.ts";

export function checkStarts({ jobs, processes, jobCount }: RoundFacts, plannedCount: number): string[] {
  const violations: string[] = [];
  if (jobCount !== plannedCount) {
    violations.push(`${plannedCount} deployments were planned, ${jobCount} exist`);
  }
  const commands = processes.filter(({ argv }) => argv[0] === "backport");
  const owned = new Set<unknown>();
  for (const facts of jobs) {
    const { id, job, processes: own, events } = facts;
    const [command] = own;
    const mine = commands.filter(({ pid, user }) => pid === command?.pid && user === job.requestedBy);
    for (const process of mine) owned.add(process);
    const isCancelled = job.outcome === "cancelled_while_queued";
    // scap may have been ended before it recorded its start, by its holder's end or a signal.
    const mayBeMissing = isCancelled || isCutShort(facts) || signalsThatReached(facts).length > 0;
    if (mine.length > (isCancelled ? 0 : 1) || (mine.length === 0 && !mayBeMissing)) {
      violations.push(`job ${id}: scap was started ${mine.length} times`);
    }
    if (command !== undefined && command.argv.join(" ") !== job.command.join(" ")) {
      violations.push(
        `job ${id}: scap ran "${command.argv.join(" ")}" instead of "${job.command.join(" ")}"`,
      );
    }
    const started = events.filter(({ kind }) => kind === "job_started").length;
    if (started !== (isCancelled ? 0 : 1)) {
      violations.push(`job ${id}: ${started} events say that it started`);
    }
    const names = own.slice(1).map(({ argv }) => argv[0]);
    if (new Set(names).size !== names.length) {
      violations.push(`job ${id}: scap's own children ran twice: ${names.join(", ")}`);
    }
  }
  for (const stray of commands.filter((process) => !owned.has(process))) {
    violations.push(`a scap ran without a job: process ${stray.pid}, "${stray.argv.join(" ")}"`);
  }
  return violations;
}

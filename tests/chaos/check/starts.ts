// scap is started once for each job that was started, for no other, and as the job says.
import type { RoundFacts } from "../facts.ts";
import { isCutShort, signalsThatReached } from "./stopped.ts";

export function checkStarts({ jobs, processes, jobCount }: RoundFacts, plannedCount: number): string[] {
  const faults: string[] = [];
  if (jobCount !== plannedCount)
    faults.push(`${plannedCount} deployments were wanted, ${jobCount} are there`);
  const commands = processes.filter(({ argv }) => argv[0] === "backport");
  const owned = new Set<unknown>();
  for (const facts of jobs) {
    const { id, job, processes: own, events } = facts;
    const [command] = own;
    const mine = commands.filter(({ pid, user }) => pid === command?.pid && user === job.requestedBy);
    for (const process of mine) owned.add(process);
    const isCancelled = job.outcome === "cancelled_while_queued";
    // It may have ended before it had written down its start: with its holder, or by a signal.
    const mayBeMissing = isCancelled || isCutShort(facts) || signalsThatReached(facts).length > 0;
    if (mine.length > (isCancelled ? 0 : 1) || (mine.length === 0 && !mayBeMissing))
      faults.push(`job ${id}: scap was started ${mine.length} times`);
    if (command !== undefined && command.argv.join(" ") !== job.command.join(" "))
      faults.push(`job ${id}: scap ran "${command.argv.join(" ")}" in place of "${job.command.join(" ")}"`);
    const started = events.filter(({ kind }) => kind === "job_started").length;
    if (started !== (isCancelled ? 0 : 1)) faults.push(`job ${id}: ${started} events say that it started`);
    const names = own.slice(1).map(({ argv }) => argv[0]);
    if (new Set(names).size !== names.length)
      faults.push(`job ${id}: scap's own children ran twice: ${names.join(", ")}`);
  }
  for (const stray of commands.filter((process) => !owned.has(process)))
    faults.push(`a scap ran for no job: process ${stray.pid}, "${stray.argv.join(" ")}"`);
  return faults;
}

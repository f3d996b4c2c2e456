// Each signal and each cancellation is recorded with its author and its result, and no signal was sent without a request.
import type { JobFacts, RoundFacts } from "../facts.ts";
import type { StopRequest } from "../stop-requests.ts";

/** Kinds of the signals that reached a process, from the journal of the holder. */
export function signalsThatReached({ journal }: Pick<JobFacts, "journal">): string[] {
  return journal.flatMap((record) =>
    record.kind === "signal" && record.signal.pids.length > 0 ? [record.signal.kind] : [],
  );
}

/** scap may have ended anywhere without output: its holder was killed, or a signal ended it. */
export function isCutShort(facts: Pick<JobFacts, "journal" | "holder" | "job">): boolean {
  const { exitSignal } = facts.job;
  return (
    facts.holder.state === "dead" ||
    (exitSignal !== null && exitSignal !== 0) ||
    signalsThatReached(facts).some((kind) => kind !== "interrupt")
  );
}

export function checkStopped({ jobs }: RoundFacts, requests: readonly StopRequest[]): string[] {
  return [
    ...jobs.flatMap((facts) => signalViolations(facts, requests)),
    ...jobs.flatMap((facts) => cancelViolations(facts, requests)),
  ];
}

function signalViolations(facts: JobFacts, requests: readonly StopRequest[]): string[] {
  const { id, job, journal, events, holder } = facts;
  const violations: string[] = [];
  const mine = requests.filter(({ jobId, what }) => jobId === id && what !== "cancel");
  const records = journal.flatMap((record) => (record.kind === "signal" ? [record.signal] : []));
  for (const request of mine) {
    const row = job.signals.find((one) => one.id === request.signalId);
    if (request.status === 202 && (row?.kind !== request.what || row.requestedBy !== request.by)) {
      violations.push(`job ${id}: the accepted ${request.what} of ${request.by} is not recorded`);
    }
  }
  for (const row of job.signals) {
    const name = `${row.kind} ${row.id} of ${row.requestedBy}`;
    if (!mine.some(({ what, by }) => what === row.kind && by === row.requestedBy)) {
      violations.push(`job ${id}: the ${name} was not requested`);
    }
    if (row.deliveredAt === null) violations.push(`job ${id}: the ${name} has no result`);
    const recorded = (kind: string) =>
      events.filter((event) => event.kind === kind && event.data["signalId"] === row.id);
    for (const kind of ["signal_requested", "signal_delivered"]) {
      const [event, ...more] = recorded(kind);
      if (event === undefined || more.length > 0 || event.actor !== row.requestedBy) {
        violations.push(`job ${id}: the history has ${recorded(kind).length} ${kind} for the ${name}`);
      }
    }
    const [sent, ...again] = records.filter(({ signalId }) => signalId === String(row.id));
    if (again.length > 0) violations.push(`job ${id}: the ${name} was sent ${again.length + 1} times`);
    if (sent !== undefined && (sent.kind !== row.kind || sent.by !== row.requestedBy)) {
      violations.push(`job ${id}: the ${name} was sent as ${sent.kind} of ${sent.by}`);
    }
    const count = recorded("signal_delivered")[0]?.data["processCount"];
    const reached = sent?.pids.length ?? 0;
    // When the holder is killed, the last result may be unknown.
    if (count !== reached && holder.state !== "dead") {
      violations.push(
        `job ${id}: the ${name} is recorded for ${String(count)} processes, it reached ${reached}`,
      );
    }
  }
  const known = new Set(job.signals.map((row) => String(row.id)));
  for (const stray of records.filter(({ signalId }) => !known.has(signalId))) {
    violations.push(`job ${id}: signal ${stray.signalId} was sent, but is not recorded`);
  }
  return violations;
}

function cancelViolations({ id, job, events, holder }: JobFacts, requests: readonly StopRequest[]): string[] {
  const mine = requests.filter(({ jobId, what }) => jobId === id && what === "cancel");
  const isCancelled = job.outcome === "cancelled_while_queued";
  const recorded = events.filter(({ kind }) => kind === "job_cancelled");
  if (!isCancelled) {
    const isWrong = mine.some(({ status }) => status === 200) || recorded.length > 0;
    return isWrong ? [`job ${id}: it was cancelled in the queue, but is ${job.outcome ?? job.state}`] : [];
  }
  const violations: string[] = [];
  if (holder.state !== "none" || job.startedAt !== null) {
    violations.push(`job ${id}: it was cancelled in the queue, but it started`);
  }
  if (recorded.length !== 1 || !mine.some(({ by, status }) => by === recorded[0]?.actor && status !== 409)) {
    violations.push(`job ${id}: it was cancelled in the queue, without a recorded author`);
  }
  return violations;
}

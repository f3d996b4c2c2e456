// Each signal and each cancellation is on record with who asked for it and what became of it; nothing was sent that nobody
// had asked for.
import type { JobFacts, RoundFacts } from "../facts.ts";
import type { Request } from "../stopping.ts";

/** Kinds of the signals that reached a process, as the holder wrote them down. */
export function signalsThatReached({ journal }: Pick<JobFacts, "journal">): string[] {
  return journal.flatMap((record) =>
    record.kind === "signal" && record.signal.pids.length > 0 ? [record.signal.kind] : [],
  );
}

/** scap may have ended at any place, without a word: its holder took it along, or somebody killed it. */
export function isCutShort(facts: Pick<JobFacts, "journal" | "holder" | "job">): boolean {
  const { exitSignal } = facts.job;
  return (
    facts.holder.state === "dead" ||
    (exitSignal !== null && exitSignal !== 0) ||
    signalsThatReached(facts).some((kind) => kind !== "interrupt")
  );
}

export function checkStopped({ jobs }: RoundFacts, requests: readonly Request[]): string[] {
  return [
    ...jobs.flatMap((facts) => signalFaults(facts, requests)),
    ...jobs.flatMap((facts) => cancelFaults(facts, requests)),
  ];
}

function signalFaults(facts: JobFacts, requests: readonly Request[]): string[] {
  const { id, job, journal, events, holder } = facts;
  const faults: string[] = [];
  const mine = requests.filter(({ jobId, what }) => jobId === id && what !== "cancel");
  const records = journal.flatMap((record) => (record.kind === "signal" ? [record.signal] : []));
  for (const request of mine) {
    const row = job.signals.find((one) => one.id === request.signalId);
    if (request.status === 202 && (row?.kind !== request.what || row.requestedBy !== request.by))
      faults.push(`job ${id}: the accepted ${request.what} of ${request.by} is not on record`);
  }
  for (const row of job.signals) {
    const name = `${row.kind} ${row.id} of ${row.requestedBy}`;
    if (!mine.some(({ what, by }) => what === row.kind && by === row.requestedBy))
      faults.push(`job ${id}: nobody asked for the ${name}`);
    if (row.deliveredAt === null) faults.push(`job ${id}: nobody knows what became of the ${name}`);
    const told = (kind: string) =>
      events.filter((event) => event.kind === kind && event.data["signalId"] === row.id);
    for (const kind of ["signal_requested", "signal_delivered"]) {
      const [event, ...more] = told(kind);
      if (event === undefined || more.length > 0 || event.actor !== row.requestedBy)
        faults.push(`job ${id}: the history has ${told(kind).length} ${kind} for the ${name}`);
    }
    const [sent, ...again] = records.filter(({ signalId }) => signalId === String(row.id));
    if (again.length > 0) faults.push(`job ${id}: the ${name} was sent ${again.length + 1} times`);
    if (sent !== undefined && (sent.kind !== row.kind || sent.by !== row.requestedBy))
      faults.push(`job ${id}: the ${name} was sent as ${sent.kind} of ${sent.by}`);
    const count = told("signal_delivered")[0]?.data["processCount"];
    const reached = sent?.pids.length ?? 0;
    // With its holder the last news of a job is lost.
    if (count !== reached && holder.state !== "dead")
      faults.push(
        `job ${id}: the ${name} is said to have reached ${String(count)} processes, it was ${reached}`,
      );
  }
  const known = new Set(job.signals.map((row) => String(row.id)));
  for (const stray of records.filter(({ signalId }) => !known.has(signalId)))
    faults.push(`job ${id}: signal ${stray.signalId} was sent, and is not on record`);
  return faults;
}

function cancelFaults({ id, job, events, holder }: JobFacts, requests: readonly Request[]): string[] {
  const mine = requests.filter(({ jobId, what }) => jobId === id && what === "cancel");
  const isCancelled = job.outcome === "cancelled_while_queued";
  const told = events.filter(({ kind }) => kind === "job_cancelled");
  if (!isCancelled) {
    const lie = mine.some(({ status }) => status === 200) || told.length > 0;
    return lie ? [`job ${id}: it was cancelled in the queue, and is ${job.outcome ?? job.state}`] : [];
  }
  const faults: string[] = [];
  if (holder.state !== "none" || job.startedAt !== null)
    faults.push(`job ${id}: it was cancelled in the queue, and it started`);
  if (told.length !== 1 || !mine.some(({ by, status }) => by === told[0]?.actor && status !== 409))
    faults.push(`job ${id}: it was cancelled in the queue, by whom is not on record`);
  return faults;
}

// The steps of a seeded job's life (seed.ts is what tests call): each writes what the program would have written at
// that moment, at the time of the seed's own clock.
import { randomUUID } from "node:crypto";
import type { Transaction } from "#lib/db/connection.ts";
import { concludeJob } from "#lib/db/conclusions.ts";
import { appendEvent, type NewEvent } from "#lib/db/events.ts";
import { type OutputState, storeOutput } from "#lib/db/output.ts";
import { moveJob } from "#lib/db/runs.ts";
import { type Outcome, STATE_OF_OUTCOME } from "#lib/domain/job.ts";
import type { OperationValues } from "#lib/domain/operation.ts";
import { backport } from "#lib/operations/backport.ts";
import { commandFor } from "#lib/operations/command.ts";
import { jobOperation, type Operation } from "#lib/operations/operation.ts";
import type { SignalKind } from "#lib/domain/signal.ts";
import type { Change } from "#lib/contract/change.ts";
import type { Progress } from "#lib/contract/job.ts";
import { NOTHING_STORED, printed } from "./printed.ts";

export type JobSeed = {
  by?: string;
  lane?: string;
  /** Numbers, or numbers with what else matters. */
  changes?: readonly (number | (Partial<Change> & { number: number }))[];
  /** When it is created; ten minutes ago by default. */
  at?: Date;
  queuedSeconds?: number;
  host?: string;
  /** A backport by default. */
  operation?: Operation;
  parameters?: OperationValues;
  retryOf?: number;
  /** It reverts these changes of that job; all of them by default. */
  revertsJobId?: number;
  revertedChanges?: readonly number[];
  windowId?: number;
  idempotencyKey?: string;
};

export type SeededJob = {
  id: number;
  /** In the order they were asked. */
  interactionIds: number[];
  /** Of the question that is still open. */
  pendingId: number | undefined;
  workerId: string | undefined;
  /** Where its clock stopped. */
  at: Date;
};

export type Run = {
  tx: Transaction;
  seed: JobSeed;
  id: number;
  workerId: string | undefined;
  at: Date;
  output: OutputState;
  phases: number;
  openPhases: { id: number; name: string }[];
  interactionIds: number[];
  pendingId: number | undefined;
  progress: Progress | null;
};
export type Ending = { exitCode?: number; exitSignal?: number; detail?: string; laneReleased?: boolean };

export const EXITS = {
  rolled_back: { exitCode: 1 },
  rollback_failed: { exitCode: 1 },
  exit_nonzero: { exitCode: 1 },
  refused: { exitCode: 1 },
  unclear: { exitCode: 0 },
  interrupted: { exitCode: 130 },
  killed: { exitSignal: 9 },
  spawn_failed: {},
} satisfies Partial<Record<Outcome, Ending>>;

export async function create(tx: Transaction, seed: JobSeed): Promise<Run> {
  const at = seed.at ?? new Date(Date.now() - 10 * 60_000);
  const by = seed.by ?? "deployer";
  const changes = (seed.changes ?? [1234]).map(changeOf);
  const operation = seed.operation ?? backport;
  const parameters = seed.parameters ?? { changes: changes.map(({ number }) => String(number)) };
  const [row] = await tx.execute<{ id: number }>(
    `insert into spiderpig.job
       (kind, operation, parameters, lane, requested_by, command, retry_of, idempotency_key, created_at,
        window_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
     returning id`,
    [
      operation.kind,
      JSON.stringify(jobOperation(operation)),
      JSON.stringify(parameters),
      seed.lane ?? "mediawiki",
      by,
      commandFor(operation, parameters),
      seed.retryOf ?? null,
      seed.idempotencyKey ?? null,
      at,
      seed.windowId ?? null,
    ],
  );
  if (row === undefined) throw new Error("insert returned no row");
  for (const [index, { number, patchSet, project, branch, subject, owner, url }] of changes.entries()) {
    await tx.execute(
      `insert into spiderpig.change
         (job_id, position, number, patch_set, project, branch, subject, owner, url, uploaded_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::timestamptz - interval '1 hour')`,
      [row.id, index + 1, number, patchSet, project, branch, subject, owner, url, at],
    );
  }
  await tx.execute(
    `insert into spiderpig.reverted_change (job_id, number, by_job_id)
     select c.job_id, c.number, $1
     from spiderpig.change c
     where c.job_id = $2 and c.number = any(coalesce($3::integer[], array[c.number]))`,
    [row.id, seed.revertsJobId ?? null, seed.revertedChanges ?? null],
  );
  const run: Run = {
    tx,
    seed,
    id: row.id,
    workerId: undefined,
    at,
    output: { ...NOTHING_STORED },
    phases: 0,
    openPhases: [],
    interactionIds: [],
    pendingId: undefined,
    progress: null,
  };
  await event(run, { kind: "job_created", actor: by });
  return run;
}

function changeOf(given: number | (Partial<Change> & { number: number })): Change {
  const change = typeof given === "number" ? { number: given } : given;
  const project = change.project ?? "mediawiki/core";
  return {
    patchSet: 1,
    project,
    branch: "wmf/1.45.0-wmf.20",
    subject: `Subject of change ${change.number}`,
    owner: "author",
    url: `https://gerrit.example.org/c/${project}/+/${change.number}`,
    ...change,
  };
}

export async function start(run: Run): Promise<void> {
  await later(run, run.seed.queuedSeconds ?? 3);
  const host = run.seed.host ?? "deploy1";
  const workerId = randomUUID();
  run.workerId = workerId;
  await run.tx.execute(
    "insert into spiderpig.worker (id, host, pid, version, started_at) values ($1, $2, 1, '0.0.0', $3)",
    [workerId, host, run.at],
  );
  await update(
    run,
    `set state = 'running', started_at = $2, worker_id = $3, host = $4, lease_epoch = 1
     where id = $1 and state = 'queued'`,
    [run.at, workerId, host],
  );
  await event(run, { kind: "job_started", data: { workerId, host } });
}

export async function cancel(run: Run, by: string): Promise<void> {
  await later(run, run.seed.queuedSeconds ?? 3);
  await update(
    run,
    `set state = 'cancelled', outcome = 'cancelled_while_queued', decided_by = $3, finished_at = $2
     where id = $1 and state = 'queued'`,
    [run.at, by],
  );
  await event(run, { kind: "job_cancelled", actor: by });
}

export async function finish(run: Run, outcome: Outcome, end: Ending): Promise<void> {
  await withdraw(run, "the job ended");
  const state = STATE_OF_OUTCOME[outcome];
  const { exitCode = null, exitSignal = null, detail } = end;
  await concludeJob(run.tx, run.id, { exitCode, exitSignal }, run.output.evidence, outcome);
  await update(
    run,
    `set state = $2, outcome = $3, finished_at = $4, lane_released_at = $5, exit_code = $6, exit_signal = $7,
         progress = null, status = null
     where id = $1 and finished_at is null`,
    [
      state,
      outcome,
      run.at,
      state === "lost" && end.laneReleased !== true ? null : run.at,
      exitCode,
      exitSignal,
    ],
  );
  await event(run, {
    kind: "job_finished",
    data: { state, outcome, exitCode, exitSignal, ...(detail === undefined ? {} : { detail }) },
  });
}

export async function print(run: Run, lines: readonly string[], phases: PhaseChanges = []): Promise<void> {
  const after = await storeOutput(run.tx, { jobId: run.id, epoch: 1 }, run.output, {
    output: lines.length === 0 ? undefined : printed(run.output, lines, { at: run.at }),
    phases,
    progress: run.progress,
    status: run.openPhases.at(-1)?.name ?? null,
  });
  Object.assign(run.output, after);
}
type PhaseChanges = Parameters<typeof storeOutput>[3]["phases"];

export async function startPhase(run: Run, name: string): Promise<void> {
  const depth = run.openPhases.length;
  run.phases += 1;
  run.openPhases.push({ id: run.phases, name });
  const change = {
    change: "started",
    id: run.phases,
    name,
    depth,
    line: run.output.lineCount + 1,
    at: run.at,
  } as const;
  await print(run, [`${clock(run.at)} Started ${name}`], [change]);
}

export async function finishPhase(run: Run): Promise<void> {
  const open = run.openPhases.pop();
  if (open === undefined) throw new Error("no phase is open");
  const change = { change: "finished", id: open.id, line: run.output.lineCount + 1, at: run.at } as const;
  await print(run, [`${clock(run.at)} Finished ${open.name} (duration: 00m 01s)`], [change]);
}

export async function withdraw(run: Run, why: string): Promise<void> {
  if (run.pendingId === undefined) return;
  await run.tx.execute("update spiderpig.interaction set state = 'withdrawn', ended_at = $2 where id = $1", [
    run.pendingId,
    run.at,
  ]);
  await event(run, { kind: "interaction_withdrawn", ...about(run.pendingId), data: { why } });
  run.pendingId = undefined;
  await moveJob(run.tx, run.id, "running");
}

export async function signal(
  run: Run,
  kind: SignalKind,
  by: string,
  processCount: number,
  expiredInteractionId?: number,
): Promise<void> {
  const [row] = await run.tx.execute<{ id: number }>(
    `insert into spiderpig.signal (job_id, kind, requested_by, requested_at, interaction_id)
     values ($1, $2, $3, $4, $5)
     returning id`,
    [run.id, kind, by, run.at, expiredInteractionId ?? null],
  );
  const data = { signal: kind, signalId: row?.id };
  const cause = expiredInteractionId === undefined ? {} : { expiredInteractionId };
  await event(run, { kind: "signal_requested", actor: by, data: { ...data, ...cause } });
  await later(run, 0.1);
  await run.tx.execute("update spiderpig.signal set delivered_at = $2, process_count = $3 where id = $1", [
    row?.id,
    run.at,
    processCount,
  ]);
  await event(run, { kind: "signal_delivered", actor: by, data: { ...data, processCount } });
}

export async function later(run: Run, seconds: number): Promise<void> {
  run.at = new Date(run.at.getTime() + seconds * 1000);
}

export async function event(run: Run, happened: NewEvent): Promise<void> {
  await appendEvent(run.tx, run.id, { at: run.at, ...happened });
}

export function about(interactionId: number | undefined): { interactionId?: number } {
  return interactionId === undefined ? {} : { interactionId };
}

async function update(run: Run, change: string, values: unknown[]): Promise<void> {
  const rows = await run.tx.execute(`update spiderpig.job ${change} returning id`, [run.id, ...values]);
  if (rows.length !== 1) throw new Error("the seeded job is not in the state that the step expects");
}

function clock(at: Date): string {
  return at.toISOString().slice(11, 19);
}

export function seeded({ id, interactionIds, pendingId, workerId, at }: Run): SeededJob {
  return { id, interactionIds, pendingId, workerId, at };
}

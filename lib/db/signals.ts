// Signals: what people, or the policy of a question, ask of a running job, and how many processes it reached.
import type { SignalKind } from "../domain/signal.ts";
import { type Database, query, type Transaction } from "./connection.ts";
import { appendEvent } from "./events.ts";

export async function insertSignal(
  tx: Transaction,
  jobId: number,
  kind: SignalKind,
  requestedBy: string,
  expiredInteractionId: number | null = null,
): Promise<number> {
  const [row] = await tx.execute<{ id: number }>(
    `insert into spiderpig.signal (job_id, kind, requested_by, interaction_id)
     values ($1, $2, $3, $4)
     returning id`,
    [jobId, kind, requestedBy, expiredInteractionId],
  );
  if (row === undefined) throw new Error("insert returned no row");
  await appendEvent(tx, jobId, {
    kind: "signal_requested",
    actor: requestedBy,
    data: {
      signal: kind,
      signalId: row.id,
      ...(expiredInteractionId === null ? {} : { expiredInteractionId }),
    },
  });
  return row.id;
}

export type SignalRow = {
  id: number;
  kind: SignalKind;
  requestedBy: string;
  delivered: boolean;
  /** The prompt of the expired question that it is meant for; null when a person asked. */
  forPrompt: string | null;
};

export async function listSignals(db: Database, jobId: number): Promise<SignalRow[]> {
  return query<SignalRow>(
    db,
    `select s.id, s.kind, s.requested_by as "requestedBy", s.delivered_at is not null as delivered,
            i.prompt_key as "forPrompt"
     from spiderpig.signal s
     left join spiderpig.interaction i on i.id = s.interaction_id
     where s.job_id = $1
     order by s.id`,
    [jobId],
  );
}

export async function settleSignal(
  tx: Transaction,
  jobId: number,
  id: number,
  processCount: number,
  why: string | null = null,
): Promise<void> {
  const rows = await tx.execute<{ kind: SignalKind; requested_by: string }>(
    `update spiderpig.signal set delivered_at = now(), process_count = $2
     where id = $1 and job_id = $3 and delivered_at is null
     returning kind, requested_by`,
    [id, processCount, jobId],
  );
  const [row] = rows;
  if (row === undefined) return;
  await appendEvent(tx, jobId, {
    kind: "signal_delivered",
    actor: row.requested_by,
    data: { signal: row.kind, signalId: id, processCount, ...(why === null ? {} : { why }) },
  });
}

/** The job has ended, and nothing is there any more that they could reach. */
export async function settleSignalsAsLate(tx: Transaction, jobId: number, why: string | null): Promise<void> {
  const signals = await tx.execute<{ id: number }>(
    "select id from spiderpig.signal where job_id = $1 and delivered_at is null order by id",
    [jobId],
  );
  for (const { id } of signals) await settleSignal(tx, jobId, id, 0, why);
}

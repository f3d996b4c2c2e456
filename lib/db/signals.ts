// Signals: what people, or the policy of a question, ask of a running job, and how many processes it reached.
import type { SignalKind } from "../domain/signal.ts";
import type { Database, Transaction } from "./connection.ts";
import { appendEvent } from "./events.ts";
import { signalKind } from "./enums.ts";
import {
  boolean,
  enumOf,
  firstRow,
  integer,
  nullable,
  onlyRow,
  type RowOf,
  rows,
  statement,
  text,
} from "./statement.ts";

const INSERT_SIGNAL = statement(
  { id: integer },
  `insert into spiderpig.signal (job_id, kind, requested_by, interaction_id)
   values ($1, $2, $3, $4)
   returning id`,
);

export async function insertSignal(
  tx: Transaction,
  jobId: number,
  kind: SignalKind,
  requestedBy: string,
  expiredInteractionId: number | null = null,
): Promise<number> {
  const row = await onlyRow(tx, INSERT_SIGNAL, [jobId, kind, requestedBy, expiredInteractionId]);
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

const SIGNAL = {
  id: integer,
  kind: enumOf(signalKind),
  requestedBy: text,
  delivered: boolean,
  /** The prompt of the expired question that the signal is for; null when a person requested it. */
  forPrompt: nullable(text),
};
export type SignalRow = RowOf<typeof SIGNAL>;

const SIGNALS_OF_JOB = statement(
  SIGNAL,
  `select s.id, s.kind, s.requested_by as "requestedBy", s.delivered_at is not null as delivered,
          i.prompt_key as "forPrompt"
   from spiderpig.signal s
   left join spiderpig.interaction i on i.id = s.interaction_id
   where s.job_id = $1
   order by s.id`,
);

export async function listSignals(db: Database, jobId: number): Promise<SignalRow[]> {
  return rows(db, SIGNALS_OF_JOB, [jobId]);
}

const SETTLE_SIGNAL = statement(
  { kind: enumOf(signalKind), requestedBy: text },
  `update spiderpig.signal set delivered_at = now(), process_count = $2
   where id = $1 and job_id = $3 and delivered_at is null
   returning kind, requested_by as "requestedBy"`,
);

export async function settleSignal(
  tx: Transaction,
  jobId: number,
  id: number,
  processCount: number,
  why: string | null = null,
): Promise<void> {
  const row = await firstRow(tx, SETTLE_SIGNAL, [id, processCount, jobId]);
  if (row === undefined) return;
  await appendEvent(tx, jobId, {
    kind: "signal_delivered",
    actor: row.requestedBy,
    data: { signal: row.kind, signalId: id, processCount, ...(why === null ? {} : { why }) },
  });
}

const UNDELIVERED_SIGNALS = statement(
  { id: integer },
  "select id from spiderpig.signal where job_id = $1 and delivered_at is null order by id",
);

/** The job has ended, and no process is left that a signal could reach. */
export async function settleSignalsAsLate(tx: Transaction, jobId: number, why: string | null): Promise<void> {
  const signals = await rows(tx, UNDELIVERED_SIGNALS, [jobId]);
  for (const { id } of signals) await settleSignal(tx, jobId, id, 0, why);
}

// What a job printed, stored twice: the raw bytes in chunks, for the recording, and the lines of the log as a terminal shows
// them. Settled lines, which can never change again, are in blocks; live lines, which the program may still redraw, are in
// the job's tail with the state of the terminal. A chunk, the lines that it settled and the tail are written in one
// transaction, so another worker continues exactly after them. log.ts has what pages and downloads read.
import { type Evidence, NO_EVIDENCE } from "../domain/evidence.ts";
import type { PhaseChange } from "../domain/phase.ts";
import type { ScreenContent } from "../domain/terminal.ts";
import type { Progress } from "../contract/job.ts";
import type { Database, Transaction } from "./connection.ts";
import { storeEvidence } from "./evidence.ts";
import { CHANNELS } from "./notify.ts";
import { storePhase } from "./phases.ts";
import { holdLease, type Lease } from "./runs.ts";
import {
  firstRow,
  float8,
  integer,
  json,
  jsonb,
  nullable,
  type RowOf,
  statement,
  text,
} from "./statement.ts";

/** Raw bytes between two positions in the journal. */
export type NewChunk = { at: Date; journalEnd: number; journalSkip: number; raw: Buffer };

/** Settled lines after those that are stored. */
export type NewBlock = {
  at: Date;
  lineCount: number;
  /** Joined by newlines. */
  text: string;
};

export type NewTail = {
  live: readonly { text: string; at: Date }[];
  /** State of the emulator, as JSON; null when the program has ended. */
  terminal: unknown;
  screen: ScreenContent | null;
  /** The evidence in the whole output. */
  evidence: Evidence;
};

export type NewOutput = {
  chunks: readonly NewChunk[];
  blocks: readonly NewBlock[];
  /** As of the end of the last chunk. */
  tail: NewTail;
  sensitive: readonly { line: number; text: string }[];
};

const OUTPUT_STATE = {
  /** Of the last chunk. */
  seq: integer,
  journalEnd: float8,
  journalSkip: integer,
  settledLines: integer,
  /** Settled and live. */
  lineCount: integer,
  outputBytes: float8,
};
export type OutputState = RowOf<typeof OUTPUT_STATE> & { evidence: Evidence };

const STORED_OUTPUT = statement(
  {
    ...OUTPUT_STATE,
    progress: nullable(jsonb<Progress>()),
    status: nullable(text),
    evidence: nullable(jsonb<Evidence>()),
    terminal: nullable(json<object>()),
  },
  `select coalesce(c.seq, 0) as seq, coalesce(c.journal_end, 0)::float8 as "journalEnd",
          coalesce(c.journal_skip, 0) as "journalSkip",
          coalesce(t.settled_lines, 0) as "settledLines", j.line_count as "lineCount",
          j.output_bytes::float8 as "outputBytes", j.progress, j.status, j.evidence, t.terminal
   from spiderpig.job j
   left join spiderpig.log_tail t on t.job_id = j.id
   left join lateral (
     select o.seq, o.journal_end, o.journal_skip
     from spiderpig.output_chunk o
     where o.job_id = j.id
     order by o.seq desc
     limit 1) c on true
   where j.id = $1`,
);

/** Also what the page shows now, and what a worker needs to continue. */
export type StoredOutput = OutputState & {
  progress: Progress | null;
  status: string | null;
  terminal: unknown;
};

/** The stored output of a job, after which the next chunk continues. */
export async function findOutputState(db: Database, jobId: number): Promise<StoredOutput> {
  const row = await firstRow(db, STORED_OUTPUT, [jobId]);
  if (row === undefined) throw new Error(`job ${jobId} does not exist`);
  return { ...row, evidence: row.evidence ?? NO_EVIDENCE };
}

/** The database does not have the output that it had confirmed: after a failover to a standby, or a restored backup. */
export class StoredOutputMissing extends Error {
  constructor() {
    super("the database does not have the output that it had confirmed");
    this.name = "StoredOutputMissing";
  }
}

/**
 * Locks the row of the job under this worker's lease and notifies the watchers, in one round trip. Returns no row when
 * another worker has the job, or the job has more or less output than the worker expects.
 */
const ADVANCE_OUTPUT = `
  with advanced as (
    update spiderpig.job
    set line_count = $2, output_bytes = $3, progress = $4, status = $5
    where id = $1 and lease_epoch = $6 and finished_at is null and line_count = $7 and output_bytes = $8
    returning id)
  select pg_notify('${CHANNELS.output}', id::text) from advanced`;

/**
 * Stores output, phases and progress that belong together, in order, and notifies the watchers once.
 * @returns what is stored then. @throws LeaseLost when another worker has the job, StoredOutputMissing when the job has more or
 * less output than `before`.
 */
export async function storeOutput(
  tx: Transaction,
  lease: Lease,
  before: OutputState,
  batch: {
    output: NewOutput | undefined;
    phases: readonly PhaseChange[];
    progress: Progress | null;
    status: string | null;
  },
): Promise<OutputState> {
  const { jobId } = lease;
  const { output } = batch;
  const after = output === undefined ? before : stateAfter(before, output);
  const advanced = await tx.execute(ADVANCE_OUTPUT, [
    jobId,
    after.lineCount,
    after.outputBytes,
    batch.progress,
    batch.status,
    lease.epoch,
    before.lineCount,
    before.outputBytes,
  ]);
  if (advanced.length === 0) {
    await holdLease(tx, lease);
    throw new StoredOutputMissing();
  }
  if (output !== undefined) {
    await storeChunks(tx, jobId, before.seq, output.chunks);
    await storeBlocks(tx, jobId, before.settledLines, output.blocks);
    for (const line of output.sensitive) await storeSensitiveLine(tx, jobId, line);
    await storeTail(tx, jobId, after, output.tail);
  }
  for (const change of batch.phases) await storePhase(tx, jobId, change);
  await storeEvidence(tx, jobId, before.evidence, after.evidence, output?.chunks.at(-1)?.at);
  return after;
}

function stateAfter(before: OutputState, { chunks, blocks, tail }: NewOutput): OutputState {
  const last = chunks.at(-1) ?? before;
  const settledLines = blocks.reduce((sum, block) => sum + block.lineCount, before.settledLines);
  return {
    seq: before.seq + chunks.length,
    journalEnd: last.journalEnd,
    journalSkip: last.journalSkip,
    settledLines,
    lineCount: settledLines + tail.live.length,
    evidence: tail.evidence,
    outputBytes: chunks.reduce((sum, chunk) => sum + chunk.raw.length, before.outputBytes),
  };
}

async function storeChunks(
  tx: Transaction,
  jobId: number,
  seq: number,
  chunks: readonly NewChunk[],
): Promise<void> {
  for (const [index, chunk] of chunks.entries()) {
    await tx.execute(
      `insert into spiderpig.output_chunk (job_id, seq, at, journal_end, journal_skip, raw)
       values ($1, $2, $3, $4, $5, $6)`,
      [jobId, seq + 1 + index, chunk.at, chunk.journalEnd, chunk.journalSkip, chunk.raw],
    );
  }
}

async function storeBlocks(
  tx: Transaction,
  jobId: number,
  settledLines: number,
  blocks: readonly NewBlock[],
): Promise<void> {
  let firstLine = settledLines + 1;
  for (const { at, lineCount, text } of blocks) {
    await tx.execute(
      "insert into spiderpig.log_block (job_id, first_line, line_count, at, text) values ($1, $2, $3, $4, $5)",
      [jobId, firstLine, lineCount, at, text],
    );
    firstLine += lineCount;
  }
}

/** A program that moves the cursor may print two sensitive lines in one. */
function storeSensitiveLine(tx: Transaction, jobId: number, { line, text }: { line: number; text: string }) {
  return tx.execute(
    `insert into spiderpig.sensitive_line (job_id, line, text) values ($1, $2, $3)
     on conflict (job_id, line) do update set text = sensitive_line.text || chr(10) || excluded.text`,
    [jobId, line, text],
  );
}

function storeTail(tx: Transaction, jobId: number, after: OutputState, { live, terminal, screen }: NewTail) {
  return tx.execute(
    `insert into spiderpig.log_tail
       (job_id, settled_lines, live_texts, live_at, journal_end, journal_skip, terminal, screen)
     values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (job_id) do update
     set settled_lines = excluded.settled_lines, live_texts = excluded.live_texts, live_at = excluded.live_at,
         journal_end = excluded.journal_end, journal_skip = excluded.journal_skip,
         terminal = excluded.terminal, screen = excluded.screen`,
    [
      jobId,
      after.settledLines,
      live.map(({ text }) => text),
      live.map(({ at }) => at),
      after.journalEnd,
      after.journalSkip,
      terminal === null ? null : JSON.stringify(terminal),
      screen === null ? null : JSON.stringify(screen),
    ],
  );
}

const REPLAY_START = statement(
  { journalEnd: float8, journalSkip: integer },
  `select journal_end::float8 as "journalEnd", journal_skip as "journalSkip"
   from spiderpig.output_chunk
   where job_id = $1 and journal_end <= $2
   order by seq desc
   limit 1`,
);

/** The last position, at or before `journalEnd`, from which the journal can be read again; its beginning otherwise. */
export async function findReplayStart(
  db: Database,
  jobId: number,
  journalEnd: number,
): Promise<{ journalEnd: number; journalSkip: number }> {
  const row = await firstRow(db, REPLAY_START, [jobId, journalEnd]);
  return row ?? { journalEnd: 0, journalSkip: 0 };
}

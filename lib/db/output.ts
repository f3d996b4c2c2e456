// What a job printed, kept twice: the raw bytes in chunks, for the recording, and the lines of the log as a terminal shows
// them. Lines that can never change again lie in blocks; those that the program may still redraw lie in the job's tail,
// with the state of the terminal. A chunk, the lines that it settled and the tail are stored in one transaction, so
// another worker continues exactly behind them.
import { type Evidence, NO_EVIDENCE } from "../domain/evidence.ts";
import type { PhaseChange } from "../domain/phase.ts";
import type { ScreenContent } from "../domain/terminal.ts";
import type { Progress } from "../contract/job.ts";
import type { LogLine } from "../contract/log.ts";
import { type Database, query, type Transaction } from "./connection.ts";
import { storeEvidence } from "./evidence.ts";
import { notify } from "./notify.ts";
import { storePhase } from "./phases.ts";
import { holdLease, type Lease } from "./runs.ts";

/** Raw bytes between two places of the journal. */
export type NewChunk = { at: Date; journalEnd: number; journalSkip: number; raw: Buffer };

/** Settled lines behind those that are stored. */
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
  /** What all of the output has shown. */
  evidence: Evidence;
};

export type NewOutput = {
  chunks: readonly NewChunk[];
  blocks: readonly NewBlock[];
  /** As of the end of the last chunk. */
  tail: NewTail;
  sensitive: readonly { line: number; text: string }[];
};

export type OutputState = {
  /** Of the last chunk. */
  seq: number;
  journalEnd: number;
  journalSkip: number;
  settledLines: number;
  /** Settled and live. */
  lineCount: number;
  outputBytes: number;
  evidence: Evidence;
};

/** With what the page shows of it now, and what a worker needs to continue. */
export type StoredOutput = OutputState & {
  progress: Progress | null;
  status: string | null;
  terminal: unknown;
};

/** What is stored of a job: where the next chunk continues. */
export async function findOutputState(db: Database, jobId: number): Promise<StoredOutput> {
  const [row] = await query<Omit<StoredOutput, "evidence"> & { evidence: Evidence | null }>(
    db,
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
    [jobId],
  );
  if (row === undefined) throw new Error(`job ${jobId} does not exist`);
  return { ...row, evidence: row.evidence ?? NO_EVIDENCE };
}

/** The database has other output than it had confirmed: a standby took over, or a backup was restored. */
export class OutputForgotten extends Error {
  constructor() {
    super("the database does not have the output that it had confirmed");
    this.name = "OutputForgotten";
  }
}

/**
 * Stores output, phases and progress that belong together, in order, and notifies the watchers once.
 * @returns what is stored then. @throws LeaseLost when another worker has the job, OutputForgotten when the job has more or
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
  await holdLease(tx, lease);
  const updated = await tx.execute(
    `update spiderpig.job
     set line_count = $2, output_bytes = $3, progress = $4, status = $5
     where id = $1 and line_count = $6 and output_bytes = $7
     returning id`,
    [
      jobId,
      after.lineCount,
      after.outputBytes,
      batch.progress,
      batch.status,
      before.lineCount,
      before.outputBytes,
    ],
  );
  if (updated.length === 0) throw new OutputForgotten();
  if (output !== undefined) {
    await storeChunks(tx, jobId, before.seq, output.chunks);
    await storeBlocks(tx, jobId, before.settledLines, output.blocks);
    for (const line of output.sensitive) await storeSensitiveLine(tx, jobId, line);
    await storeTail(tx, jobId, after, output.tail);
  }
  for (const change of batch.phases) await storePhase(tx, jobId, change);
  await storeEvidence(tx, jobId, before.evidence, after.evidence, output?.chunks.at(-1)?.at);
  await notify(tx, "output", jobId);
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

/**
 * Lines `fromLine` to `fromLine + limit - 1`, settled and live, as of one moment. The first block is found through the
 * index; blocks before it are not read.
 * @param bytesMax when the lines are longer than about this together, fewer are returned, but at least one.
 */
export async function listLines(
  db: Database,
  jobId: number,
  fromLine: number,
  limit: number,
  bytesMax: number = Number.MAX_SAFE_INTEGER,
): Promise<LogLine[]> {
  const rows = await query<{ firstLine: number; at: Date[]; text: string }>(
    db,
    `select b.first_line as "firstLine", array[b.at] as at, b.text
     from (
       select o.at, o.first_line, o.text,
              -- Bytes, not characters: their number is known without reading the text.
              sum(octet_length(o.text)) over (order by o.first_line) - octet_length(o.text) as bytes_before
       from spiderpig.log_block o
       where o.job_id = $1
         and o.first_line >= coalesce((
           select max(f.first_line)
           from spiderpig.log_block f
           where f.job_id = $1 and f.first_line <= $2), 1)
         and o.first_line < $2::bigint + $3
     ) b
     where b.bytes_before <= $4
     union all
     select t.settled_lines + 1, t.live_at, array_to_string(t.live_texts, chr(10))
     from spiderpig.log_tail t
     where t.job_id = $1 and cardinality(t.live_texts) > 0 and t.settled_lines + 1 < $2::bigint + $3
     order by "firstLine"`,
    [jobId, fromLine, limit, bytesMax + BLOCK_BYTES_MAX],
  );
  const lines: LogLine[] = [];
  let length = 0;
  let next = rows[0]?.firstLine;
  for (const { firstLine, at, text } of rows) {
    // The rest is too long: the live lines do not follow.
    if (firstLine !== next) return lines;
    const texts = text.split("\n");
    for (const [index, line] of texts.entries()) {
      const n = firstLine + index;
      if (n < fromLine || n >= fromLine + limit) continue;
      length += line.length;
      if (length > bytesMax && lines.length > 0) return lines;
      lines.push({ n, at: (at[index] ?? at[0] ?? new Date(0)).toISOString(), text: line });
    }
    next = firstLine + texts.length;
  }
  return lines;
}

/** The first block may lie before the lines that are asked for, but for its last one. */
const BLOCK_BYTES_MAX = 512 * 1024;

export type OutputTail = {
  settledLines: number;
  totalLines: number;
  /** Lines `settledLines + 1` to `totalLines`: the program may still redraw them. */
  live: LogLine[];
  screen: ScreenContent | null;
  outputBytes: number;
  progress: Progress | null;
  status: string | null;
  finished: boolean;
  removedAt: Date | null;
};

export async function findOutputTail(db: Database, jobId: number): Promise<OutputTail | undefined> {
  const [row] = await query<Omit<OutputTail, "live"> & { texts: string[]; at: Date[] }>(
    db,
    `select coalesce(t.settled_lines, j.line_count) as "settledLines", j.line_count as "totalLines",
            coalesce(t.live_texts, '{}') as texts, coalesce(t.live_at, '{}') as at, t.screen,
            j.output_bytes::float8 as "outputBytes", j.progress, j.status,
            j.finished_at is not null as finished, j.output_removed_at as "removedAt"
     from spiderpig.job j
     left join spiderpig.log_tail t on t.job_id = j.id
     where j.id = $1`,
    [jobId],
  );
  if (row === undefined) return undefined;
  const { texts, at, ...tail } = row;
  const live = texts.map((text, index) => ({
    n: tail.settledLines + 1 + index,
    at: (at[index] ?? new Date(0)).toISOString(),
    text,
  }));
  return { ...tail, live };
}

export type RawChunk = { seq: number; at: Date; raw: Buffer };

/** Raw chunks in order, a bounded number at a time, for downloads. */
export async function listRawChunks(
  db: Database,
  jobId: number,
  afterSeq: number,
  limit: number,
): Promise<RawChunk[]> {
  return query<RawChunk>(
    db,
    "select seq, at, raw from spiderpig.output_chunk where job_id = $1 and seq > $2 order by seq limit $3",
    [jobId, afterSeq, limit],
  );
}

export async function listSensitiveLines(
  db: Database,
  jobId: number,
): Promise<{ n: number; text: string }[]> {
  return query(db, "select line as n, text from spiderpig.sensitive_line where job_id = $1 order by line", [
    jobId,
  ]);
}

/** The last place in the journal, not behind `journalEnd`, from which it can be read again; its beginning otherwise. */
export async function findReplayStart(
  db: Database,
  jobId: number,
  journalEnd: number,
): Promise<{ journalEnd: number; journalSkip: number }> {
  const [row] = await query<{ journalEnd: number; journalSkip: number }>(
    db,
    `select journal_end::float8 as "journalEnd", journal_skip as "journalSkip"
     from spiderpig.output_chunk
     where job_id = $1 and journal_end <= $2
     order by seq desc
     limit 1`,
    [jobId, journalEnd],
  );
  return row ?? { journalEnd: 0, journalSkip: 0 };
}

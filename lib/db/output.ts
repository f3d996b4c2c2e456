// Output of the terminal. A chunk is what came between two stores: the raw bytes for a replay, and the lines
// that were completed in them for people and for SQL. A single line is found by the chunk that contains it.
import type { LogLine, Progress } from "../wire/schemas.ts";
import { type Database, query, type Transaction } from "./connection.ts";
import { appendEvent } from "./events.ts";
import { notify } from "./notify.ts";
import { holdLease, type Lease } from "./runs.ts";

export type NewChunk = {
  at: Date;
  journalEnd: number;
  journalSkip: number;
  raw: Buffer;
  /** Number of lines in `text`. */
  lineCount: number;
  text: string;
  openLine: string;
  /** Sensitive lines among those completed: `offset` 0 is the chunk's first line. */
  sensitive: readonly { offset: number; text: string }[];
};

export type PhaseChange =
  | { change: "started"; id: number; name: string; depth: number; at: Date }
  | { change: "finished"; id: number; at: Date };

export type OutputState = {
  seq: number;
  journalEnd: number;
  journalSkip: number;
  lineCount: number;
  openLine: string;
  outputBytes: number;
};

/** With what the page shows of it at the moment. */
export type StoredOutput = OutputState & { progress: Progress | null; status: string | null };

/** What is stored of a job: where the next chunk goes on. */
export async function findOutputState(db: Database, jobId: number): Promise<StoredOutput> {
  const [row] = await query<StoredOutput>(
    db,
    `select coalesce(c.seq, 0) as seq, coalesce(c.journal_end, 0)::float8 as "journalEnd",
            coalesce(c.journal_skip, 0) as "journalSkip",
            j.line_count as "lineCount", coalesce(c.open_line, '') as "openLine",
            j.output_bytes::float8 as "outputBytes", j.progress, j.status
     from spiderpig.job j
     left join lateral (
       select o.seq, o.journal_end, o.journal_skip, o.open_line
       from spiderpig.output_chunk o
       where o.job_id = j.id
       order by o.seq desc
       limit 1) c on true
     where j.id = $1`,
    [jobId],
  );
  if (row === undefined) throw new Error(`job ${jobId} does not exist`);
  return row;
}

/**
 * Stores chunks, phases and progress that belong together, in order, and notifies the watchers once. Everything is sent
 * at once; what is sent behind it in the same turn is under the same lock and lease.
 * @returns what will be stored then; `stored` settles when it is. It rejects with LeaseLost when another worker holds
 * the job, and when the database has less of it than `before`, because a standby took over or a backup was restored.
 */
export function storeOutput(
  tx: Transaction,
  lease: Lease,
  before: OutputState,
  batch: {
    chunks: readonly NewChunk[];
    phases: readonly PhaseChange[];
    progress: Progress | null;
    status: string | null;
  },
): { after: OutputState; stored: Promise<unknown> } {
  const after = { ...before };
  const last = batch.chunks.at(-1);
  for (const chunk of batch.chunks) {
    after.lineCount += chunk.lineCount;
    after.outputBytes += chunk.raw.length;
  }
  if (last !== undefined) {
    after.seq += batch.chunks.length;
    after.journalEnd = last.journalEnd;
    after.journalSkip = last.journalSkip;
    after.openLine = last.openLine;
  }
  const stored = Promise.all([
    holdLease(tx, lease),
    tx.execute("select spiderpig.expect_output($1, $2, $3)", [
      lease.jobId,
      before.lineCount,
      before.outputBytes,
    ]),
    tx.execute(
      `update spiderpig.job
       set line_count = $2, output_bytes = $3, progress = $4, status = $5
       where id = $1`,
      [lease.jobId, after.lineCount, after.outputBytes, batch.progress, batch.status],
    ),
    ...storeChunks(tx, lease.jobId, before, batch.chunks),
    ...batch.phases.map((change) => storePhase(tx, lease.jobId, change)),
    notify(tx, "output", lease.jobId),
  ]);
  return { after, stored };
}

function storeChunks(
  tx: Transaction,
  jobId: number,
  before: OutputState,
  chunks: readonly NewChunk[],
): Promise<unknown>[] {
  let { seq } = before;
  let firstLine = before.lineCount + 1;
  return chunks.flatMap((chunk) => {
    const first = firstLine;
    seq += 1;
    firstLine += chunk.lineCount;
    return [
      tx.execute(
        `insert into spiderpig.output_chunk
           (job_id, seq, at, journal_end, journal_skip, raw, first_line, line_count, text, open_line)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
        [
          jobId,
          seq,
          chunk.at,
          chunk.journalEnd,
          chunk.journalSkip,
          chunk.raw,
          first,
          chunk.lineCount,
          chunk.text,
          chunk.openLine,
        ],
      ),
      ...chunk.sensitive.map((line) =>
        tx.execute("insert into spiderpig.sensitive_line (job_id, line, text) values ($1, $2, $3)", [
          jobId,
          first + line.offset,
          line.text,
        ]),
      ),
    ];
  });
}

async function storePhase(tx: Transaction, jobId: number, change: PhaseChange): Promise<void> {
  const stored =
    change.change === "started"
      ? tx.execute(
          "insert into spiderpig.phase (job_id, id, name, depth, started_at) values ($1, $2, $3, $4, $5)",
          [jobId, change.id, change.name, change.depth, change.at],
        )
      : tx.execute(
          `update spiderpig.phase set finished_at = greatest($3, started_at)
           where job_id = $1 and id = $2 and finished_at is null`,
          [jobId, change.id, change.at],
        );
  const told = appendEvent(tx, jobId, {
    kind: change.change === "started" ? "phase_started" : "phase_finished",
    phaseId: change.id,
    at: change.at,
  });
  await Promise.all([stored, told]);
}

/**
 * Lines `fromLine` to `fromLine + limit - 1`. The first chunk is found through the index on first_line; chunks
 * before it are not read.
 * @param bytesMax when the lines are longer than about this together, fewer are returned, but at least one.
 */
export async function listLines(
  db: Database,
  jobId: number,
  fromLine: number,
  limit: number,
  bytesMax: number = Number.MAX_SAFE_INTEGER,
): Promise<LogLine[]> {
  const rows = await query<{ at: Date; first_line: number; text: string }>(
    db,
    `select c.at, c.first_line, c.text
     from (
       select o.at, o.first_line, o.text,
              -- Bytes, not characters: their number is known without reading the text.
              sum(octet_length(o.text)) over (order by o.first_line) - octet_length(o.text) as bytes_before
       from spiderpig.output_chunk o
       where o.job_id = $1
         and o.line_count > 0
         and o.first_line >= coalesce((
           select max(f.first_line)
           from spiderpig.output_chunk f
           where f.job_id = $1 and f.line_count > 0 and f.first_line <= $2), 1)
         and o.first_line < $2::bigint + $3
     ) c
     where c.bytes_before <= $4
     order by c.first_line`,
    [jobId, fromLine, limit, bytesMax + CHUNK_BYTES_MAX],
  );
  const lines: LogLine[] = [];
  let length = 0;
  for (const row of rows) {
    const at = row.at.toISOString();
    let n = row.first_line;
    for (const text of row.text.split("\n")) {
      if (n >= fromLine && n < fromLine + limit) {
        length += text.length;
        if (length > bytesMax && lines.length > 0) return lines;
        lines.push({ n, at, text });
      }
      n += 1;
    }
  }
  return lines;
}

/** The first chunk may lie before the lines that are asked for, but for its last one. */
const CHUNK_BYTES_MAX = 512 * 1024;

export type OutputTail = {
  lineCount: number;
  openLine: string;
  progress: Progress | null;
  status: string | null;
  finished: boolean;
  removedAt: Date | null;
};

export async function findOutputTail(db: Database, jobId: number): Promise<OutputTail | undefined> {
  const [row] = await query<OutputTail>(
    db,
    `select j.line_count as "lineCount", j.progress, j.status, j.finished_at is not null as finished,
            j.output_removed_at as "removedAt",
            coalesce((
              select o.open_line from spiderpig.output_chunk o where o.job_id = j.id order by o.seq desc limit 1
            ), '') as "openLine"
     from spiderpig.job j
     where j.id = $1`,
    [jobId],
  );
  return row;
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

export async function listOpenPhases(
  db: Database,
  jobId: number,
): Promise<{ id: number; name: string; depth: number }[]> {
  return query(
    db,
    "select id, name, depth from spiderpig.phase where job_id = $1 and finished_at is null order by id",
    [jobId],
  );
}

export async function countPhases(db: Database, jobId: number): Promise<number> {
  const [row] = await query<{ count: number }>(
    db,
    "select count(*)::integer as count from spiderpig.phase where job_id = $1",
    [jobId],
  );
  return row?.count ?? 0;
}

export async function listSensitiveLines(
  db: Database,
  jobId: number,
): Promise<{ n: number; text: string }[]> {
  return query(db, "select line as n, text from spiderpig.sensitive_line where job_id = $1 order by line", [
    jobId,
  ]);
}

/** Chunks read at a time, from the end, in search of a newline. */
const TAIL_CHUNKS = 50;
/** Bytes after which the search is given up: the line is unfinished since then, and only ever drawn over. */
const TAIL_BYTES_MAX = 16 * 1024 * 1024;

/** The bytes of the terminal since its last newline: the whole of the unfinished line, with all that was drawn over. */
export async function findOpenTail(db: Database, jobId: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let bytes = 0;
  let before: number | null = null;
  for (;;) {
    const rows: RawChunk[] = await query<RawChunk>(
      db,
      `select seq, at, raw from spiderpig.output_chunk
       where job_id = $1 and ($2::integer is null or seq < $2)
       order by seq desc
       limit ${TAIL_CHUNKS}`,
      [jobId, before],
    );
    for (const { raw } of rows) {
      const newline = raw.lastIndexOf(0x0a);
      parts.unshift(raw.subarray(newline + 1));
      bytes += raw.length;
      if (newline !== -1 || bytes > TAIL_BYTES_MAX) return Buffer.concat(parts);
    }
    before = rows.at(-1)?.seq ?? null;
    if (rows.length < TAIL_CHUNKS) return Buffer.concat(parts);
  }
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

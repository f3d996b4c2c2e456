// Compaction of the output of a job that has ended. While a job runs, each burst of output is a row of its own, and most rows
// are smaller than their overhead. Here consecutive rows are merged into rows that are large enough for PostgreSQL to compress
// them. Every line, every byte and all their times stay as they were.
//
// A job is compacted in transactions of limited size. After each of them its output is complete, so a process that is killed
// leaves nothing to repair. The row in log_tail is deleted last: a job that has ended and still has one is not compacted.
import type { Database, Transaction } from "./connection.ts";
import { boolean, firstRow, integer, rows, type RowOf, statement, timestamptz } from "./statement.ts";

/** Larger rows would not compress better, and a reader of one line decompresses a whole row. */
const MERGED_BYTES_MAX = 16 * 1024;
/** Times are stored in milliseconds, as integers. */
const MERGED_SPAN_MS_MAX = 86_400_000;

/** The program has ended, so no line is live. A job that was declared lost keeps its rows: its program may still run. */
const IS_COMPLETE = "j.finished_at is not null and j.output_removed_at is null and t.terminal is null";

const UNCOMPACTED = statement(
  { id: integer },
  `select j.id
   from spiderpig.log_tail t
   join spiderpig.job j on j.id = t.job_id
   where ${IS_COMPLETE} and cardinality(t.live_texts) = 0
   order by j.id`,
);

/** Jobs that have ended and whose output is not compacted. */
export async function listUncompacted(db: Database): Promise<number[]> {
  const found = await rows(db, UNCOMPACTED);
  return found.map(({ id }) => id);
}

/** Up to which row the output of a job is compacted. */
export type Compacted = { seq: number; line: number };
export const NOTHING_COMPACTED: Compacted = { seq: 0, line: 0 };

const LOCK_TAIL = statement(
  { id: integer },
  `select j.id
   from spiderpig.log_tail t
   join spiderpig.job j on j.id = t.job_id
   where t.job_id = $1 and ${IS_COMPLETE} and cardinality(t.live_texts) = 0
   for update of t skip locked`,
);

const ROW = { key: integer, bytes: integer, at: timestamptz, isCompacted: boolean };
export type OutputRow = RowOf<typeof ROW>;

const CHUNKS = statement(
  ROW,
  `select seq as key, octet_length(raw) as bytes, at, piece_bytes is not null as "isCompacted"
   from spiderpig.output_chunk
   where job_id = $1 and seq > $2
   order by seq
   limit $3`,
);

const BLOCKS = statement(
  ROW,
  `select first_line as key, octet_length(text) as bytes, at, line_ages_ms is not null as "isCompacted"
   from spiderpig.log_block
   where job_id = $1 and first_line > $2
   order by first_line
   limit $3`,
);

/**
 * Compacts the next rows of a job, at most `rowsMax` of each table.
 * @returns up to where it came; undefined when the job is done, or another worker compacts it.
 */
export async function compactOutput(
  tx: Transaction,
  jobId: number,
  after: Compacted,
  rowsMax: number,
): Promise<Compacted | undefined> {
  if ((await firstRow(tx, LOCK_TAIL, [jobId])) === undefined) return undefined;
  const chunks = await rows(tx, CHUNKS, [jobId, after.seq, rowsMax]);
  for (const { first, last } of mergeable(chunks)) await tx.execute(MERGE_CHUNKS, [jobId, first, last]);
  const blocks = await rows(tx, BLOCKS, [jobId, after.line, rowsMax]);
  for (const { first, last } of mergeable(blocks)) await tx.execute(MERGE_BLOCKS, [jobId, first, last]);
  if (chunks.length === rowsMax || blocks.length === rowsMax) {
    return { seq: chunks.at(-1)?.key ?? after.seq, line: blocks.at(-1)?.key ?? after.line };
  }
  await tx.execute("delete from spiderpig.log_tail where job_id = $1", [jobId]);
  return undefined;
}

/** Ranges of consecutive rows that become one row each. */
export function mergeable(found: readonly OutputRow[]): { first: number; last: number }[] {
  const ranges: { first: number; last: number; count: number }[] = [];
  let bytes = 0;
  let firstAt = 0;
  for (const row of found) {
    const range = ranges.at(-1);
    bytes += row.bytes;
    const at = row.at.getTime();
    const fits = bytes <= MERGED_BYTES_MAX && Math.abs(at - firstAt) <= MERGED_SPAN_MS_MAX / 2;
    if (range !== undefined && fits && !row.isCompacted) {
      range.last = row.key;
      range.count += 1;
      continue;
    }
    ranges.push({ first: row.key, last: row.key, count: 1 });
    // Nothing is added to a row that was compacted before.
    bytes = row.isCompacted ? Number.POSITIVE_INFINITY : row.bytes;
    firstAt = at;
  }
  return ranges.filter(({ count }) => count > 1).map(({ first, last }) => ({ first, last }));
}

const ageMs = (interval: string): string => `(extract(epoch from ${interval}) * 1000)::integer`;

const MERGE_CHUNKS = `
  with piece as (
    delete from spiderpig.output_chunk
    where job_id = $1 and seq between $2 and $3
    returning seq, at, journal_end, journal_skip, raw),
  merged as (select min(at) as at from piece)
  insert into spiderpig.output_chunk
    (job_id, seq, at, journal_end, journal_skip, raw, piece_bytes, piece_delays_ms)
  select $1, max(p.seq), m.at, (array_agg(p.journal_end order by p.seq desc))[1],
         (array_agg(p.journal_skip order by p.seq desc))[1], string_agg(p.raw, '' order by p.seq),
         array_agg(octet_length(p.raw) order by p.seq), array_agg(${ageMs("p.at - m.at")} order by p.seq)
  from piece p
  cross join merged m
  group by m.at`;

const MERGE_BLOCKS = `
  with part as (
    delete from spiderpig.log_block
    where job_id = $1 and first_line between $2 and $3
    returning first_line, line_count, at, text),
  merged as (
    select min(first_line) as first_line, sum(line_count)::integer as line_count, max(at) as at,
           string_agg(text, chr(10) order by first_line) as text
    from part)
  insert into spiderpig.log_block (job_id, first_line, line_count, at, text, line_ages_ms)
  select $1, m.first_line, m.line_count, m.at, m.text,
         (select array_agg(${ageMs("m.at - p.at")} order by p.first_line)
          from part p
          cross join generate_series(1, p.line_count))
  from merged m`;

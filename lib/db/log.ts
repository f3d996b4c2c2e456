// What pages and downloads read of a job's output: lines of the log, the live end of the log, the raw bytes and the lines
// that are hidden. output.ts has how a worker writes them.
import type { Progress } from "../contract/job.ts";
import type { LogLine } from "../contract/log.ts";
import type { ScreenContent } from "../domain/terminal.ts";
import type { Database } from "./connection.ts";
import {
  arrayOf,
  boolean,
  bytea,
  firstRow,
  float8,
  integer,
  json,
  jsonb,
  nullable,
  onlyRow,
  type RowOf,
  rows,
  statement,
  text,
  timestamptz,
} from "./statement.ts";

/** The first block may begin long before the requested lines. */
const BLOCK_BYTES_MAX = 512 * 1024;

/** The first block is found through the index; blocks before it are not read. */
const LINES = statement(
  { firstLine: integer, at: arrayOf(timestamptz), text },
  `select b.first_line as "firstLine",
          coalesce(
            (select array_agg(b.at - l.age * interval '1 millisecond' order by l.position)
             from unnest(b.line_ages_ms) with ordinality as l (age, position)),
            array[b.at]) as at,
          b.text
   from (
     select o.at, o.first_line, o.text, o.line_ages_ms,
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
);

/**
 * Lines `fromLine` to `fromLine + limit - 1`, settled and live, as of one moment.
 * @param bytesMax when the lines are longer than about this together, fewer are returned, but at least one.
 */
export async function listLines(
  db: Database,
  jobId: number,
  fromLine: number,
  limit: number,
  bytesMax: number = Number.MAX_SAFE_INTEGER,
): Promise<LogLine[]> {
  const blocks = await rows(db, LINES, [jobId, fromLine, limit, bytesMax + BLOCK_BYTES_MAX]);
  const lines: LogLine[] = [];
  let length = 0;
  let next = blocks[0]?.firstLine;
  for (const { firstLine, at, text } of blocks) {
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

const LINE_AT = statement(
  { line: nullable(integer) },
  `select least(
     (select b.first_line + coalesce(
               (select min(l.position)::integer - 1
                from unnest(b.line_ages_ms) with ordinality as l (age, position)
                where b.at - l.age * interval '1 millisecond' >= $2), 0)
      from spiderpig.log_block b
      where b.job_id = $1 and b.at >= $2
      order by b.first_line
      limit 1),
     (select min(t.settled_lines + l.position)::integer
      from spiderpig.log_tail t, unnest(t.live_at) with ordinality as l (at, position)
      where t.job_id = $1 and l.at >= $2)) as line`,
);

/** The first line that was printed at or after a time, within 100 ms; undefined when all are earlier. */
export async function findLineAt(db: Database, jobId: number, at: string): Promise<number | undefined> {
  const { line } = await onlyRow(db, LINE_AT, [jobId, at]);
  return line ?? undefined;
}

const TAIL = {
  settledLines: integer,
  totalLines: integer,
  screen: nullable(json<ScreenContent>()),
  outputBytes: float8,
  progress: nullable(jsonb<Progress>()),
  status: nullable(text),
  finished: boolean,
  removedAt: nullable(timestamptz),
};
export type OutputTail = RowOf<typeof TAIL> & {
  /** Lines `settledLines + 1` to `totalLines`: the program may still redraw them. */
  live: LogLine[];
};

const OUTPUT_TAIL = statement(
  { ...TAIL, texts: arrayOf(text), at: arrayOf(timestamptz) },
  `select coalesce(t.settled_lines, j.line_count) as "settledLines", j.line_count as "totalLines",
          coalesce(t.live_texts, '{}') as texts, coalesce(t.live_at, '{}') as at, t.screen,
          j.output_bytes::float8 as "outputBytes", j.progress, j.status,
          j.finished_at is not null as finished, j.output_removed_at as "removedAt"
   from spiderpig.job j
   left join spiderpig.log_tail t on t.job_id = j.id
   where j.id = $1`,
);

export async function findOutputTail(db: Database, jobId: number): Promise<OutputTail | undefined> {
  const row = await firstRow(db, OUTPUT_TAIL, [jobId]);
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

const RAW_CHUNKS = statement(
  {
    seq: integer,
    at: timestamptz,
    raw: bytea,
    pieceBytes: nullable(arrayOf(integer)),
    pieceDelaysMs: nullable(arrayOf(integer)),
  },
  `select seq, at, raw, piece_bytes as "pieceBytes", piece_delays_ms as "pieceDelaysMs"
   from spiderpig.output_chunk
   where job_id = $1 and seq > $2
   order by seq
   limit $3`,
);

/**
 * Raw chunks in order, for downloads; those of at most `rowsMax` rows. They are the same before and after their compaction, so a
 * download that reads on both sides of it gets every byte once.
 */
export async function listRawChunks(
  db: Database,
  jobId: number,
  afterSeq: number,
  rowsMax: number,
): Promise<RawChunk[]> {
  const found = await rows(db, RAW_CHUNKS, [jobId, afterSeq, rowsMax]);
  return found.flatMap(piecesOf).filter(({ seq }) => seq > afterSeq);
}

function piecesOf({ seq, at, raw, pieceBytes, pieceDelaysMs }: RowOf<typeof RAW_CHUNKS.columns>): RawChunk[] {
  if (pieceBytes === null) return [{ seq, at, raw }];
  const firstSeq = seq - pieceBytes.length + 1;
  let end = 0;
  return pieceBytes.map((bytes, index) => ({
    seq: firstSeq + index,
    at: new Date(at.getTime() + (pieceDelaysMs?.[index] ?? 0)),
    raw: raw.subarray(end, (end += bytes)),
  }));
}

const SENSITIVE_LINE = { n: integer, text };

const SENSITIVE_LINES = statement(
  SENSITIVE_LINE,
  "select line as n, text from spiderpig.sensitive_line where job_id = $1 order by line",
);

export async function listSensitiveLines(
  db: Database,
  jobId: number,
): Promise<RowOf<typeof SENSITIVE_LINE>[]> {
  return rows(db, SENSITIVE_LINES, [jobId]);
}

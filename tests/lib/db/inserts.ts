// Inserts of one row, for the violations of its constraints.
import type { Breach } from "./schema-world.ts";

export function insertSearch(rule: string, jobId: number): Breach {
  return [
    rule,
    `insert into spiderpig.job_search (job_id, created_at, is_ended, facets, document) values ($1, now(), false, '{}', '')`,
    [jobId],
  ];
}

export function insertChange(rule: string, key: { jobId: number; position: number; number: number }): Breach {
  return [
    rule,
    `insert into spiderpig.change (job_id, position, number, project, branch, subject, owner, url)
     values ($1, $2, $3, '', '', '', '', '')`,
    [key.jobId, key.position, key.number],
  ];
}

export function insertChunk(rule: string, key: { jobId: number; seq: number }): Breach {
  return [
    rule,
    "insert into spiderpig.output_chunk (job_id, seq, at, journal_end, raw) values ($1, $2, now(), 0, '')",
    [key.jobId, key.seq],
  ];
}

export function insertBlock(
  rule: string,
  key: { jobId: number; firstLine: number; lineCount: number },
): Breach {
  return [
    rule,
    "insert into spiderpig.log_block (job_id, first_line, line_count, at, text) values ($1, $2, $3, now(), 'x')",
    [key.jobId, key.firstLine, key.lineCount],
  ];
}

export function insertTail(rule: string, key: { jobId: number; texts: string[] }): Breach {
  return [
    rule,
    `insert into spiderpig.log_tail (job_id, settled_lines, live_texts, live_at, journal_end, journal_skip)
     values ($1, 0, $2, '{}', 0, 0)`,
    [key.jobId, key.texts],
  ];
}

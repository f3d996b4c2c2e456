// What a job printed: the raw bytes, the lines of the log, the live end of the log and the phases. Everything but the
// phases may be deleted when its retention period has passed.
import { sql } from "drizzle-orm";
import { bigint, check, index, integer, interval, json, jsonb, primaryKey, text } from "drizzle-orm/pg-core";
import type { UsualTimes } from "../../domain/phase.ts";
import type { ScreenContent } from "../../domain/terminal.ts";
import { bytea, spiderpig, timestamptz } from "./base.ts";
import { job } from "./job.ts";

export const phase = spiderpig.table(
  "phase",
  {
    jobId: integer("job_id")
      .notNull()
      .references(() => job.id),
    /** 1 for the first phase of the job. */
    id: integer("id").notNull(),
    name: text("name").notNull(),
    /** The name without its details, by which phases of different jobs are compared. */
    title: text("title")
      .notNull()
      .generatedAlwaysAs(sql`split_part(name, ': ', 1)`),
    depth: integer("depth").notNull(),
    startedAt: timestamptz("started_at").notNull(),
    finishedAt: timestamptz("finished_at"),
    /** When it finished or, if scap did not say that, when the job ended. */
    endedAt: timestamptz("ended_at"),
    /** From its start to its end, without the time in which a question was unanswered. Set at its end. */
    working: interval("working"),
    /** The lines of the log that say that it started and that it finished. */
    firstLine: integer("first_line").notNull(),
    lastLine: integer("last_line"),
    /** That of the job's operation, for the index. */
    estimateKey: text("estimate_key").notNull(),
    /** 1 for the first phase with this title in the job. */
    occurrence: integer("occurrence").notNull(),
    /** How long the last runs of this phase took when it started; null if there were too few. */
    usual: jsonb("usual").$type<UsualTimes>(),
  },
  (t) => [
    primaryKey({ name: "phase_pkey", columns: [t.jobId, t.id] }),
    check("phase_ends_after_it_starts", sql`${t.finishedAt} >= ${t.startedAt}`),
    check("phase_has_lines", sql`${t.firstLine} > 0 and ${t.lastLine} >= ${t.firstLine}`),
    check("last_line_iff_finished", sql`(${t.lastLine} is null) = (${t.finishedAt} is null)`),
    index("phase_history")
      .on(t.estimateKey, t.title, t.occurrence, t.jobId)
      .where(sql`${t.finishedAt} is not null`),
    index("phase_by_time").on(t.startedAt),
    index("phase_by_title").on(t.title, t.startedAt),
  ],
);

export const outputChunk = spiderpig.table(
  "output_chunk",
  {
    jobId: integer("job_id")
      .notNull()
      .references(() => job.id),
    /** 1 for the first chunk of the job. */
    seq: integer("seq").notNull(),
    at: timestamptz("at").notNull(),
    /** Position in the holder's journal up to which everything is processed with this chunk. */
    journalEnd: bigint("journal_end", { mode: "number" }).notNull(),
    /** Bytes of output after `journal_end` that are processed too; the rest of that record is not. */
    journalSkip: integer("journal_skip").notNull().default(0),
    raw: bytea("raw").notNull(),
    /** Of a compacted chunk: the bytes of each of its pieces, and how long after `at` it was read. `seq` is that of the last. */
    pieceBytes: integer("piece_bytes").array(),
    pieceDelaysMs: integer("piece_delays_ms").array(),
  },
  (t) => [primaryKey({ name: "output_chunk_pkey", columns: [t.jobId, t.seq] })],
);

/** Lines of the log that can never change again, in blocks of consecutive lines. */
export const logBlock = spiderpig.table(
  "log_block",
  {
    jobId: integer("job_id")
      .notNull()
      .references(() => job.id),
    /** 1 for the first line of the job. */
    firstLine: integer("first_line").notNull(),
    lineCount: integer("line_count").notNull(),
    /** When the text of these lines changed last, within 100 ms; of a compacted block, the latest of these times. */
    at: timestamptz("at").notNull(),
    /** Of a compacted block: how long before `at` the text of each line changed last. */
    lineAgesMs: integer("line_ages_ms").array(),
    /** The lines, joined by newlines: printable characters, colours (SGR) and links (OSC 8), nothing else. */
    text: text("text").notNull(),
  },
  (t) => [
    primaryKey({ name: "log_block_pkey", columns: [t.jobId, t.firstLine] }),
    check("block_has_lines", sql`${t.firstLine} > 0 and ${t.lineCount} > 0`),
  ],
);

/**
 * The end of a job's log: the lines that the program may still redraw, and the state of their terminal. Deleted when the output of the
 * ended job is compacted.
 */
export const logTail = spiderpig.table(
  "log_tail",
  {
    jobId: integer("job_id")
      .primaryKey()
      .references(() => job.id),
    /** Number of lines in log_block; the first live line has the next number. */
    settledLines: integer("settled_lines").notNull(),
    liveTexts: text("live_texts").array().notNull(),
    liveAt: timestamptz("live_at").array().notNull(),
    /** The position in the journal at which `terminal` is the state; that of the last chunk. */
    journalEnd: bigint("journal_end", { mode: "number" }).notNull(),
    journalSkip: integer("journal_skip").notNull(),
    /** State of the emulator. Not jsonb, which refuses strings with a NUL. Null when the program has ended. */
    terminal: json("terminal").$type<unknown>(),
    /** The visible rows, while a `screen` interaction is pending or the alternate screen is shown. */
    screen: json("screen").$type<ScreenContent>(),
  },
  (t) => [check("live_lines_have_times", sql`cardinality(${t.liveTexts}) = cardinality(${t.liveAt})`)],
);

export const sensitiveLine = spiderpig.table(
  "sensitive_line",
  {
    jobId: integer("job_id")
      .notNull()
      .references(() => job.id),
    /** The number of the log line that contains the notice. */
    line: integer("line").notNull(),
    text: text("text").notNull(),
  },
  (t) => [primaryKey({ name: "sensitive_line_pkey", columns: [t.jobId, t.line] })],
);

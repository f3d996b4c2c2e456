// What the search of jobs reads, written by triggers (drizzle/search.sql) from the other tables: one row for each job, and
// the vocabulary of the jobs that have ended.
import { sql } from "drizzle-orm";
import { boolean, index, integer, text } from "drizzle-orm/pg-core";
import { spiderpig, timestamptz } from "./base.ts";
import { job } from "./job.ts";

export const jobSearch = spiderpig.table(
  "job_search",
  {
    jobId: integer("job_id")
      .primaryKey()
      .references(() => job.id),
    createdAt: timestamptz("created_at").notNull(),
    isEnded: boolean("is_ended").notNull(),
    /** Exact values, each with the block of the job and its name: `3 lane:mediawiki`, `3 word:enable`. */
    facets: text("facets").array().notNull(),
    /** All words of the job in one text, in lower case. */
    document: text("document").notNull(),
  },
  (t) => [
    // Written once for each job: the rows of open jobs change often and are not in it. Without the pending list, which
    // every search would have to read.
    index("job_search_ended")
      .using("gin", t.facets)
      .with({ fastupdate: false })
      .where(sql`${t.isEnded}`),
    index("job_search_open")
      .on(t.jobId)
      .where(sql`not ${t.isEnded}`),
    index("job_search_by_creation").on(t.createdAt, t.jobId),
  ],
);

/** Each word of an ended job once: the words that a search text is part of are found here, and their jobs by these words. */
export const searchWord = spiderpig.table("search_word", { word: text("word").primaryKey() }, (t) => [
  index("search_word_part").using("gin", t.word.op("gin_trgm_ops")).with({ fastupdate: false }),
]);

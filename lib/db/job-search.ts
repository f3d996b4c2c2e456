// Finds the ids of jobs by words and filters, newest first, in bounded time however many jobs there are.
//
// First the few thousand newest jobs are compared one by one: frequent words and filters fill a page there. Otherwise
// the index over ended jobs (job_search_ended) is read in blocks of consecutive jobs, from the newest to the oldest, until
// the page is full. It has whole words: those that contain a word of the search text are found first, in the vocabulary
// (search_word), so that a word that no job has is answered at once. All conditions are in that one index, so PostgreSQL
// reads only the rows that meet all of them, and the blocks keep a condition that many old jobs meet from reading them all.
// The block is a part of each value in the index: as a condition of its own it would be compared for each job of the block.
// The planner is not left to choose: for words that are frequent but never together it would compare every job.
//
// Rejected: an index over the trigrams of the joined words. A typo made of frequent letters, and many frequent words at once,
// cost 0.1 to 0.4 s among a million jobs.
import type { JobFilter } from "../contract/job.ts";
import { type SearchTerm, searchTerms } from "../domain/search-words.ts";
import { type Database, search } from "./connection.ts";
import { arrayOf, firstRow, integer, nullable, type RowOf, rows, statement, text } from "./statement.ts";

/** A page of the list: the jobs before the one with this id, or those after it. */
export type PageStart = { olderThan: number } | { newerThan: number } | undefined;

/** Compared one by one, before the index is used. */
const COMPARED_JOBS = 2000;

/** Jobs were numbered in the order of their creation, except for those of concurrent transactions. */
const NEIGHBOURS = 1000;

const BOUNDS = statement(
  { first: nullable(integer), last: nullable(integer) },
  `select
     (select min(n.job_id)
      from (select s.job_id
            from spiderpig.job_search s
            where s.created_at >= coalesce($1::timestamptz, '-infinity')
            order by s.created_at
            limit ${NEIGHBOURS}) n) as first,
     (select max(n.job_id)
      from (select s.job_id
            from spiderpig.job_search s
            where s.created_at < coalesce($2::timestamptz, 'infinity')
            order by s.created_at desc
            limit ${NEIGHBOURS}) n) as last`,
);

/** A word of the search text that is part of more words than this is compared with the documents of jobs instead. */
const WORDS_MAX = 100;

/** Together, for the whole search text: each is looked up in each block of the index. */
const LOOKED_UP_WORDS_MAX = 200;

const SEARCH_WORDS = statement(
  { pattern: text, words: arrayOf(text) },
  `select spiderpig.search_document_pattern(p.part) as pattern,
          case
            when spiderpig.is_search_number(p.part) then array[p.part]
            else array(
              select w.word
              from spiderpig.search_word w
              where w.word like spiderpig.search_pattern(p.part)
              limit ${WORDS_MAX} + 1)
          end as words
   from (
     select distinct s.part
     from unnest($1::text[]) as t (word)
     cross join lateral string_to_table(spiderpig.search_text(t.word), ' ') as s (part)
     where s.part <> ''
   ) p`,
);
type SearchWord = RowOf<typeof SEARCH_WORDS.columns>;

const FOUND = statement({ id: integer }, "select s.job_id as id from spiderpig.job_search s");

/** Ids of the page, the newest first. @param comparedJobs how many jobs are compared before the index is used; for tests */
export async function findJobIds(
  db: Database,
  filter: JobFilter,
  start: PageStart,
  limit: number,
  comparedJobs = COMPARED_JOBS,
): Promise<number[]> {
  const bounds = await firstRow(db, BOUNDS, [filter.from ?? null, filter.to ?? null]);
  if (bounds?.first == null || bounds.last === null) return [];
  const isNewer = start !== undefined && "newerThan" in start;
  const range: Range = {
    first: isNewer ? Math.max(bounds.first, start.newerThan + 1) : bounds.first,
    last: start !== undefined && !isNewer ? Math.min(bounds.last, start.olderThan - 1) : bounds.last,
    isNewer,
  };
  const [near, far] = split(range, comparedJobs);
  const terms = searchTerms(filter.q ?? "");
  const words = await findSearchWords(db, terms);
  const compared = comparedConditions(filter, terms, words);
  const found = await run(db, compareStatement(compared, near, limit));
  if (found.length < limit && far.first <= far.last) {
    const open = await run(db, compareStatement(compared, far, limit, "not s.is_ended"));
    const ended = await run(db, indexStatement(indexedConditions(filter, terms, words), far, limit));
    found.push(...[...open, ...ended].toSorted((a, b) => (isNewer ? a - b : b - a)));
  }
  return isNewer ? found.slice(0, limit).toReversed() : found.slice(0, limit);
}

/** Those with the fewest matches come first. */
async function findSearchWords(db: Database, terms: readonly SearchTerm[]): Promise<SearchWord[]> {
  const words = terms.flatMap((term) => ("word" in term ? [term.word] : []));
  if (words.length === 0) return [];
  const found = await rows(db, SEARCH_WORDS, [words]);
  return found.toSorted((a, b) => a.words.length - b.words.length);
}

/** Ids of jobs, both ends included. */
type Range = { first: number; last: number; isNewer: boolean };

/** The part that is compared one by one, and the part that is read through the index. */
function split({ first, last, isNewer }: Range, compared: number): [Range, Range] {
  const edge = isNewer ? Math.min(last, first + compared - 1) : Math.max(first, last - compared + 1);
  return isNewer
    ? [
        { first, last: edge, isNewer },
        { first: edge + 1, last, isNewer },
      ]
    : [
        { first: edge, last, isNewer },
        { first, last: edge - 1, isNewer },
      ];
}

/** The first and the last block that are read, in SQL. */
type Blocks = readonly [first: string, last: string];

type Conditions = {
  sql: ((blocks: Blocks) => string)[];
  values: unknown[];
  /** At least one of them is on facets. */
  hasFacets: boolean;
};

/** A value that each job has (drizzle/search.sql). */
const EVERY_JOB = "job";

/** Without an index: each word is a pattern of the document. */
function comparedConditions(
  filter: JobFilter,
  terms: readonly SearchTerm[],
  words: readonly SearchWord[],
): Conditions {
  const conditions = conditionsOf(filter, terms);
  addPatterns(conditions, words);
  return conditions;
}

/** For the index over facets: each word is one of the words that it is part of, as long as they are few. */
function indexedConditions(
  filter: JobFilter,
  terms: readonly SearchTerm[],
  words: readonly SearchWord[],
): Conditions {
  const conditions = conditionsOf(filter, terms);
  const compared: SearchWord[] = [];
  let lookedUp = 0;
  for (const search of words) {
    lookedUp += search.words.length;
    if (search.words.length > WORDS_MAX || lookedUp > LOOKED_UP_WORDS_MAX) compared.push(search);
    else addFacets(conditions, "word", search.words);
  }
  // Otherwise the whole index would be read for each block.
  if (!conditions.hasFacets) addNamedValues(conditions, [EVERY_JOB]);
  addPatterns(conditions, compared);
  return conditions;
}

function add(
  { sql, values }: Conditions,
  value: unknown,
  condition: (parameter: string, blocks: Blocks) => string,
): void {
  const parameter = `$${values.push(value)}`;
  sql.push((blocks) => condition(parameter, blocks));
}

/** One of these values. */
function addFacets(conditions: Conditions, name: string, wanted: readonly (string | number)[]): void {
  addNamedValues(
    conditions,
    wanted.map((value) => `${name}:${value}`),
  );
}

function addNamedValues(conditions: Conditions, wanted: readonly string[]): void {
  conditions.hasFacets = true;
  add(
    conditions,
    wanted,
    (parameter, blocks) => `s.facets && spiderpig.search_facets(${blocks.join(", ")}, ${parameter}::text[])`,
  );
}

function addPatterns(conditions: Conditions, words: readonly SearchWord[]): void {
  if (words.length === 0) return;
  const patterns = words.map(({ pattern }) => pattern);
  add(conditions, patterns, (parameter) => `s.document like all (${parameter}::text[])`);
}

/** On the row `s` of job_search, all but the words. The number of filters is bounded by the contract. */
function conditionsOf(filter: JobFilter, terms: readonly SearchTerm[]): Conditions {
  const conditions: Conditions = { sql: [], values: [], hasFacets: false };
  const facets = addFacets.bind(undefined, conditions);
  if (filter.state !== undefined) facets("state", filter.state);
  if (filter.outcome !== undefined) facets("outcome", filter.outcome);
  if (filter.kind !== undefined) facets("kind", filter.kind);
  if (filter.lane !== undefined) facets("lane", [filter.lane]);
  if (filter.window !== undefined) facets("window", [filter.window]);
  if (filter.user !== undefined) facets("user", [filter.user]);
  if (filter.project !== undefined) facets("project", [filter.project]);
  if (filter.change !== undefined) facets("change", [filter.change]);
  for (const term of terms) {
    if ("facet" in term) addNamedValues(conditions, [term.facet]);
  }
  if (filter.from !== undefined) add(conditions, filter.from, (parameter) => `s.created_at >= ${parameter}`);
  if (filter.to !== undefined) add(conditions, filter.to, (parameter) => `s.created_at < ${parameter}`);
  return conditions;
}

type SearchStatement = { text: string; values: unknown[] };

const inRange = (column: string, { first, last }: Range) => `${column} between ${first} and ${last}`;
const blockOf = (job: number) => `spiderpig.search_block(${job})`;
const order = ({ isNewer }: Range) => (isNewer ? "asc" : "desc");

function compareStatement(
  { sql, values }: Conditions,
  range: Range,
  limit: number,
  ...more: readonly string[]
): SearchStatement {
  const blocks: Blocks = [blockOf(range.first), blockOf(range.last)];
  const where = [inRange("s.job_id", range), ...more, ...sql.map((of) => of(blocks))].join(" and ");
  return { text: `${FOUND.text} where ${where} order by s.job_id ${order(range)} limit ${limit}`, values };
}

/** Jobs that have ended. The inner `offset 0` keeps the planner from walking the primary key instead. */
function indexStatement({ sql, values }: Conditions, range: Range, limit: number): SearchStatement {
  const { first, last, isNewer } = range;
  const [from, to, step] = isNewer ? [first, last, 1] : [last, first, -1];
  const conditions = sql.map((of) => of(["b.block", "b.block"]));
  const text = `
    select n.id
    from generate_series(${blockOf(from)}, ${blockOf(to)}, ${step}) as b (block)
    cross join lateral (
      select m.id
      from (${FOUND.text}
            where ${["s.is_ended", ...conditions].join(" and ")}
            offset 0) m
      where ${inRange("m.id", range)}
      order by m.id ${order(range)}
      limit ${limit}) n
    limit ${limit}`;
  return { text, values };
}

async function run(db: Database, { text, values }: SearchStatement): Promise<number[]> {
  const found = await search<RowOf<typeof FOUND.columns>>(db, text, values);
  return found.map(({ id }) => id);
}

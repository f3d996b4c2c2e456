// Finds the ids of jobs by words and filters, newest first, in bounded time however many jobs there are.
//
// First the few thousand newest jobs are compared one by one: frequent words and filters fill a page there. Otherwise
// the index over ended jobs (job_search_ended) is read in blocks of consecutive jobs, from the newest to the oldest, until
// the page is full. All conditions are in that one index, so PostgreSQL reads only the rows that meet all of them, and the
// blocks keep a condition that many old jobs meet from reading them all. The planner is not left to choose: for words that
// are frequent but never together it would compare every job.
import type { JobFilter } from "../contract/job.ts";
import { searchTerms } from "../domain/search-words.ts";
import { type Database, search } from "./connection.ts";
import { firstRow, integer, nullable, type RowOf, statement } from "./statement.ts";

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

const FOUND = statement({ id: integer }, "select s.job_id as id from spiderpig.job_search s");

/** Ids of the page, the newest first. */
export async function findJobIds(
  db: Database,
  filter: JobFilter,
  start: PageStart,
  limit: number,
): Promise<number[]> {
  const bounds = await firstRow(db, BOUNDS, [filter.from ?? null, filter.to ?? null]);
  if (bounds?.first == null || bounds.last === null) return [];
  const isNewer = start !== undefined && "newerThan" in start;
  const range: Range = {
    first: isNewer ? Math.max(bounds.first, start.newerThan + 1) : bounds.first,
    last: start !== undefined && !isNewer ? Math.min(bounds.last, start.olderThan - 1) : bounds.last,
    isNewer,
  };
  const [near, far] = split(range);
  const conditions = conditionsOf(filter);
  const found = await run(db, compareStatement(conditions, near, limit));
  if (found.length < limit && far.first <= far.last) {
    found.push(...(await run(db, indexStatement(conditions, far, limit - found.length))));
  }
  return isNewer ? found.toReversed() : found;
}

/** Ids of jobs, both ends included. */
type Range = { first: number; last: number; isNewer: boolean };

/** The part that is compared one by one, and the part that is read through the index. */
function split({ first, last, isNewer }: Range): [Range, Range] {
  const edge = isNewer
    ? Math.min(last, first + COMPARED_JOBS - 1)
    : Math.max(first, last - COMPARED_JOBS + 1);
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

type Conditions = { sql: string[]; values: unknown[] };

/** On the row `s` of job_search. The number of words and filters is bounded by the contract. */
function conditionsOf(filter: JobFilter): Conditions {
  const sql: string[] = [];
  const values: unknown[] = [];
  const add = (value: unknown, condition: (parameter: string) => string) =>
    sql.push(condition(`$${values.push(value)}`));
  const facets = (name: string, wanted: readonly (string | number)[]) =>
    add(
      wanted.map((value) => `${name}:${value}`),
      (parameter) => `s.facets && ${parameter}::text[]`,
    );
  if (filter.state !== undefined) facets("state", filter.state);
  if (filter.outcome !== undefined) facets("outcome", filter.outcome);
  if (filter.kind !== undefined) facets("kind", filter.kind);
  if (filter.lane !== undefined) facets("lane", [filter.lane]);
  if (filter.user !== undefined) facets("user", [filter.user]);
  if (filter.project !== undefined) facets("project", [filter.project]);
  if (filter.change !== undefined) facets("change", [filter.change]);
  for (const term of searchTerms(filter.q ?? "")) {
    if ("facet" in term) add([term.facet], (parameter) => `s.facets @> ${parameter}::text[]`);
    else add(term.word, (parameter) => `s.document like spiderpig.search_pattern(${parameter})`);
  }
  if (filter.from !== undefined) add(filter.from, (parameter) => `s.created_at >= ${parameter}`);
  if (filter.to !== undefined) add(filter.to, (parameter) => `s.created_at < ${parameter}`);
  return { sql, values };
}

type SearchStatement = { text: string; values: unknown[] };

const inRange = (column: string, { first, last }: Range) => `${column} between ${first} and ${last}`;
const order = ({ isNewer }: Range) => (isNewer ? "asc" : "desc");

function compareStatement({ sql, values }: Conditions, range: Range, limit: number): SearchStatement {
  const where = [inRange("s.job_id", range), ...sql].join(" and ");
  return { text: `${FOUND.text} where ${where} order by s.job_id ${order(range)} limit ${limit}`, values };
}

/** The inner `offset 0` keeps the order of ids from the index scan: the planner would otherwise walk the primary key. */
function indexStatement({ sql, values }: Conditions, range: Range, limit: number): SearchStatement {
  const { first, last, isNewer } = range;
  const blocks = isNewer ? [first, last, 1] : [last, first, -1];
  const direction = order(range);
  const text = `
    select f.id
    from (
      (${FOUND.text} where not s.is_ended and ${[inRange("s.job_id", range), ...sql].join(" and ")})
      union all
      (select n.id
       from generate_series(spiderpig.search_block(${blocks[0]}), spiderpig.search_block(${blocks[1]}), ${blocks[2]}) as b (block)
       cross join lateral (
         select m.id
         from (${FOUND.text}
               where s.is_ended and ${["s.facets @> array['block:' || b.block]", ...sql].join(" and ")}
               offset 0) m
         where ${inRange("m.id", range)}
         order by m.id ${direction}
         limit ${limit}) n
       limit ${limit})
    ) f
    order by f.id ${direction}
    limit ${limit}`;
  return { text, values };
}

async function run(db: Database, { text, values }: SearchStatement): Promise<number[]> {
  const found = await search<RowOf<typeof FOUND.columns>>(db, text, values);
  return found.map(({ id }) => id);
}

// The log in SQL: lines as they were printed, and a range of a long log at the price of that range.
import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import { query } from "#lib/db/connection.ts";
import { aJob } from "../support/seed.ts";
import { schemaWorld } from "./schema-world.ts";

const { db } = await schemaWorld();

type Line = { line: number; text: string };

// A million lines in all.
const JOBS = 10;
const CHUNKS = 1000;
const LINES_A_CHUNK = 100;

test("lines come in order, without gap or double, empty ones and chunks without a line included", async () => {
  const { id } = await aJob(db).prints("one", "", "three").prints().prints("").prints("five").succeeded();

  const rows = await query<Line>(
    db,
    "select line, text from history.log_lines where job_id = $1 order by line",
    [id],
  );
  assert.deepEqual(
    rows.map((row) => [row.line, row.text]),
    [
      [1, "one"],
      [2, ""],
      [3, "three"],
      [4, ""],
      [5, "five"],
    ],
  );
});

test("output that was declared removed is shown no more, though it is not deleted yet", async () => {
  const { id } = await aJob(db).prints("one", "two").succeeded();
  await query(db, "update spiderpig.job set output_removed_at = now() where id = $1", [id]);

  assert.deepEqual(await query(db, "select line from history.log_lines where job_id = $1", [id]), []);
});

const ESC = "\u001b";
for (const [what, printed, shown] of [
  ["colours", `${ESC}[1;32mok${ESC}[0m done`, "ok done"],
  ["colours of 256 and of millions", `${ESC}[38;5;196mred${ESC}[48:2::1:2:3m!${ESC}[m`, "red!"],
  ["cursor and erase", `50%${ESC}[K${ESC}[?25l${ESC}[2A`, "50%"],
  ["links", `${ESC}]8;;https://example.org/${ESC}\\a link${ESC}]8;;${ESC}\\`, "a link"],
  ["titles", `${ESC}]0;title\u0007text`, "text"],
  ["charsets and two-character escapes", `${ESC}(B${ESC}Mx${ESC}=y${ESC}7`, "xy"],
  ["brackets that are no escape", "[32m [1;2H] \\ ]8;;", "[32m [1;2H] \\ ]8;;"],
] as const) {
  test(`text is without ${what}, text_with_colours as printed`, async () => {
    const { id } = await aJob(db).prints(printed).succeeded();

    const [row] = await query(db, "select text, text_with_colours from history.log_lines where job_id = $1", [
      id,
    ]);
    assert.deepEqual(row, { text: shown, text_with_colours: printed });
  });
}

const node: z.ZodType<PlanNode> = z.lazy(() =>
  z.looseObject({
    "Node Type": z.string(),
    "Actual Loops": z.number(),
    "Index Name": z.string().optional(),
    "Subplan Name": z.string().optional(),
    "Shared Hit Blocks": z.number(),
    "Shared Read Blocks": z.number(),
    Plans: z.array(node).default([]),
  }),
);
type PlanNode = {
  "Node Type": string;
  "Actual Loops": number;
  "Index Name"?: string | undefined;
  "Subplan Name"?: string | undefined;
  "Shared Hit Blocks": number;
  "Shared Read Blocks": number;
  Plans: PlanNode[];
};
const explained = z.tuple([z.object({ Plan: node })]);

async function explain(
  statement: string,
  values: unknown[],
): Promise<{ nodes: PlanNode[]; buffers: number }> {
  const [row] = await query<{ "QUERY PLAN": unknown }>(
    db,
    `explain (analyze, buffers, timing off, format json) ${statement}`,
    values,
  );
  const [{ Plan: plan }] = explained.parse(row?.["QUERY PLAN"]);
  const flat = (one: PlanNode): PlanNode[] => [one, ...one.Plans.flatMap(flat)];
  return { nodes: flat(plan), buffers: plan["Shared Hit Blocks"] + plan["Shared Read Blocks"] };
}

test("a range of lines reads the chunks it lies in, not the log", async () => {
  const jobIds: number[] = [];
  for (let n = 1; n <= JOBS; n += 1) jobIds.push((await aJob(db, { lane: `long-${n}` }).running()).id);
  await printMuch(jobIds);
  await query(db, "vacuum analyze spiderpig.output_chunk");
  const id = jobIds[3];
  const range = "select text from history.log_lines where job_id = $1 and line between $2 and $3";

  const middle = (CHUNKS / 2) * LINES_A_CHUNK;
  const few = await explain(range, [id, middle, middle + 500]);
  const all = await explain("select text from history.log_lines where job_id = $1", [id]);

  const split = few.nodes.filter((one) => one["Subplan Name"] === "CTE split");
  assert.equal(split.length, 1, "the form of the view changed: what splits a chunk has another name");
  assert.equal(
    split[0]?.["Actual Loops"],
    6,
    "501 lines lie in six chunks of a hundred; others were split as well",
  );
  assert.ok(
    few.nodes.some(
      (one) => one["Index Name"] === "output_chunk_by_line" || one["Index Name"] === "output_chunk_pkey",
    ),
    "the job's chunks were not found through an index",
  );
  assert.ok(few.buffers * 20 < all.buffers, `${few.buffers} buffers for 501 lines, ${all.buffers} for all`);
  assert.equal((await query(db, range, [id, middle, middle + 500])).length, 501);
});

/** Texts that are stored out of line, as those of a real log are. */
async function printMuch(jobIds: readonly number[]): Promise<void> {
  await query(
    db,
    `with printed as (
       select string_agg(format('%s sync-apaches: %s', n, md5(n::text)), chr(10) order by n) as text
       from generate_series(1, $3) as n
     )
     insert into spiderpig.output_chunk
       (job_id, seq, at, journal_end, raw, first_line, line_count, text, open_line)
     select job_id, c, now(), c, '', (c - 1) * $3 + 1, $3, p.text, ''
     from unnest($1::integer[]) as job_id
     cross join generate_series(1, $2) as c
     cross join printed p`,
    [jobIds, CHUNKS, LINES_A_CHUNK],
  );
}

// The log in SQL: lines as printed, and a range of a long log at a cost proportional to the range.
import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import { query, transaction } from "#lib/db/connection.ts";
import { findOutputState, storeOutput } from "#lib/db/output.ts";
import { printed } from "../../seed/printed.ts";
import { aJob } from "../../seed/seed.ts";
import { schemaWorld } from "./schema-world.ts";

const { db } = await schemaWorld();

type Line = { line: number; text: string };

// A million lines in all.
const JOBS = 10;
const BLOCKS = 1000;
const LINES_A_BLOCK = 100;

test("lines are in order, without gaps or duplicates, including empty ones", async () => {
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

test("the lines on the screen of a running job follow the settled ones, each with its own time", async () => {
  const { id } = await aJob(db, { lane: "live" }).prints("one", "two").running();
  const before = await findOutputState(db, id);
  const output = printed(before, ["three"], { live: ["", `${ESC}[1mfive${ESC}[0m`] });
  const later = new Date("2030-01-01T00:00:00Z");
  const live = output.tail.live.map((line, index) => (index === 1 ? { ...line, at: later } : line));
  const batch = {
    output: { ...output, tail: { ...output.tail, live } },
    phases: [],
    progress: null,
    status: null,
  };
  await transaction(db, (tx) => storeOutput(tx, { jobId: id, epoch: 1 }, before, batch));

  const rows = await query<Line & { isLater: boolean }>(
    db,
    'select line, text, at = $2 as "isLater" from history.log_lines where job_id = $1 and line > 2 order by line',
    [id, later],
  );
  assert.deepEqual(rows, [
    { line: 3, text: "three", isLater: false },
    { line: 4, text: "", isLater: false },
    { line: 5, text: "five", isLater: true },
  ]);
});

test("output that is marked as removed is not shown, even before it is deleted", async () => {
  const { id } = await aJob(db).prints("one", "two").succeeded();
  await query(db, "update spiderpig.job set output_removed_at = now() where id = $1", [id]);

  assert.deepEqual(await query(db, "select line from history.log_lines where job_id = $1", [id]), []);
});

const ESC = "\u001b";
for (const [what, printed, shown] of [
  ["colours", `${ESC}[1;32mok${ESC}[0m done`, "ok done"],
  ["256 colours and true colour", `${ESC}[38;5;196mred${ESC}[48:2::1:2:3m!${ESC}[m`, "red!"],
  ["links", `${ESC}]8;;https://example.org/${ESC}\\a link${ESC}]8;;${ESC}\\`, "a link"],
  ["brackets that are not escape sequences", "[32m [1;2H] \\ ]8;;", "[32m [1;2H] \\ ]8;;"],
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

test("a range of lines reads only the blocks that contain it", async () => {
  const jobIds: number[] = [];
  for (let n = 1; n <= JOBS; n += 1) jobIds.push((await aJob(db, { lane: `long-${n}` }).running()).id);
  await printMuch(jobIds);
  await query(db, "vacuum analyze spiderpig.log_block");
  const id = jobIds[3];
  const range = "select text from history.log_lines where job_id = $1 and line between $2 and $3";

  const middle = (BLOCKS / 2) * LINES_A_BLOCK;
  const few = await explain(range, [id, middle, middle + 500]);
  const all = await explain("select text from history.log_lines where job_id = $1", [id]);

  const split = few.nodes.filter((one) => one["Subplan Name"] === "CTE split");
  assert.equal(split.length, 1, "the view changed: the plan node that splits blocks has another name");
  assert.equal(
    split[0]?.["Actual Loops"],
    6,
    "501 lines are in six blocks of a hundred; other blocks were split too",
  );
  assert.ok(
    few.nodes.some((one) => one["Index Name"] === "log_block_pkey"),
    "the job's blocks were not found through an index",
  );
  assert.ok(few.buffers * 20 < all.buffers, `${few.buffers} buffers for 501 lines, ${all.buffers} for all`);
  assert.equal((await query(db, range, [id, middle, middle + 500])).length, 501);
});

/** Texts long enough to be stored out of line (TOAST), like those of a real log. */
async function printMuch(jobIds: readonly number[]): Promise<void> {
  await query(
    db,
    `with printed as (
       select string_agg(format('%s sync-apaches: %s', n, md5(n::text)), chr(10) order by n) as text
       from generate_series(1, $3) as n
     )
     insert into spiderpig.log_block (job_id, first_line, line_count, at, text)
     select job_id, (c - 1) * $3 + 1, $3, now(), p.text
     from unnest($1::integer[]) as job_id
     cross join generate_series(1, $2) as c
     cross join printed p`,
    [jobIds, BLOCKS, LINES_A_BLOCK],
  );
}

// The history over HTTP: exports of the list of jobs, and the answers of a person.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { z } from "zod";
import { jobSummary } from "#lib/contract/job.ts";
import { givenAnswerList } from "#lib/contract/person.ts";
import { aJob } from "../../seed/seed.ts";
import { startApi } from "./api.ts";

const api = await startApi(after);
const { db } = api;
const code = async (path: string) => (await api.refused(path)).code;

test("an export has every job of the filter, however many, and no cell that a spreadsheet executes", async () => {
  const lane = "exported";
  const subjects = ['=1+1,"quoted"', "@SUM(1)", "two\nlines"];
  const changes = subjects.map((subject, index) => ({ number: 990_000 + index, subject }));
  const ids: number[] = [];
  for (let n = 0; n < 120; n += 1) {
    const seed = aJob(db, { lane, ...(n === 0 ? { changes } : {}) });
    ids.push((n % 40 === 39 ? await seed.queued() : await seed.succeeded()).id);
  }
  const newest = ids.toReversed();

  const json: unknown = await (await api.call(`/api/jobs.json?lane=${lane}`)).json();
  assert.deepEqual(
    z
      .object({ jobs: z.array(jobSummary) })
      .parse(json)
      .jobs.map(({ id }) => id),
    newest,
  );
  const csv = await (await api.call(`/api/jobs.csv?lane=${lane}`)).text();
  const accepted = await api.call(`/api/jobs?lane=${lane}`, { headers: { accept: "text/csv" } });
  assert.match(accepted.headers.get("content-type") ?? "", /^text\/csv/);
  assert.equal(await accepted.text(), csv);
  const lines = csv.split("\r\n");
  assert.match(lines[0] ?? "", /^"id","kind","lane","state","outcome",/);
  assert.deepEqual(
    lines.slice(1, -1).map((line) => Number(line.split(",")[0])),
    newest,
  );
  assert.ok(csv.includes(`"'=1+1,""quoted""\n@SUM(1)\ntwo`), lines.at(-2));
  assert.equal(await (await api.call("/api/jobs.json?lane=nothing-here")).text(), '{"jobs":[\n\n]}\n');
});

test("the answers of a person are listed, newest first, in pages", async () => {
  const { interactionIds } = await aJob(db, { lane: "people" })
    .asked("yes_no", { by: "O’Hara / 100%" })
    .asked("choices", { by: "O’Hara / 100%" })
    .succeeded();
  const path = `/api/people/${encodeURIComponent("O’Hara / 100%")}/answers`;
  const first = await api.ask(givenAnswerList, `${path}?limit=1`);
  assert.deepEqual(
    [first.interactions[0]?.id, first.nextCursor],
    [interactionIds[1], String(interactionIds[1])],
  );
  const second = await api.ask(givenAnswerList, `${path}?limit=1&cursor=${first.nextCursor}`);
  assert.deepEqual([second.interactions[0]?.id, second.nextCursor], [interactionIds[0], null]);
  assert.equal(await code("/api/people/%00/answers"), "not_found");
});

test("a report of the insights is a CSV file of the rows of its weeks, operation and lane", async () => {
  const at = new Date("2025-03-05T10:00:00Z");
  await aJob(db, { lane: "insights", by: "ida", at }).succeeded();
  await aJob(db, { lane: "insights", by: "=ida", at: new Date("2025-03-12T10:00:00Z") }).declined();
  const csv = async (query: string) => (await api.call(`/api/insights/people.csv?${query}`)).text();
  const header = '"requested_by","jobs","completed","not_needed","cancelled","failed","lost"\r\n';

  assert.equal(
    await csv("from=2025-03-01&to=2025-03-20&lane=insights&kind=backport"),
    `${header}"'=ida",1,0,0,1,0,0\r\n"ida",1,1,0,0,0,0\r\n`,
  );
  assert.equal(await csv("from=2025-03-09&to=2025-03-09&lane=insights"), `${header}"ida",1,1,0,0,0,0\r\n`);
  assert.equal(await code("/api/insights/people.csv?from=2025-02-30"), "invalid_request");
  assert.equal(await code("/api/insights/everything.csv"), "not_found");
});

// The log of a job over HTTP: windows, searches, files, and output that was removed.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { query } from "#lib/db/connection.ts";
import { job as jobSchema } from "#lib/contract/job.ts";
import { LOG_MATCHES_MAX, logMatches, logPage } from "#lib/contract/log.ts";
import { startApi } from "./api.ts";
import { aJob } from "../../seed/seed.ts";

const api = await startApi(after);
const { db } = api;
const code = async (...call: Parameters<typeof api.refused>) => (await api.refused(...call)).code;

test("windows of the log are exact at every boundary", async () => {
  const { id } = await aJob(db, { lane: "logs" })
    .prints("line 1", "line 2")
    .prints()
    .prints("line 3")
    .prints("line 4", "line 5")
    .succeeded();
  const lines = async (window: string) =>
    (await api.ask(logPage, `/api/jobs/${id}/log?${window}`)).lines.map(({ n, text }) => {
      assert.equal(text, `line ${n}`);
      return n;
    });
  for (let from = 1; from <= 7; from += 1) {
    for (let limit = 1; limit <= 6; limit += 1) {
      const expected = [1, 2, 3, 4, 5].filter((n) => n >= from && n < from + limit);
      assert.deepEqual(await lines(`fromLine=${from}&limit=${limit}`), expected, `${from}+${limit}`);
    }
  }
  const whole = await api.ask(logPage, `/api/jobs/${id}/log`);
  assert.deepEqual(
    [whole.totalLines, whole.settledLines, whole.complete, whole.lines.length],
    [5, 5, true, 5],
  );
  assert.deepEqual(await lines("fromLine=2147483647&limit=5000"), []);
  for (const window of ["fromLine=0", "limit=0", "limit=5001", "fromLine=x"]) {
    assert.equal(await code(`/api/jobs/${id}/log?${window}`), "invalid_request");
  }
  const running = await aJob(db, { lane: "logs-2" }).running();
  const empty = await api.ask(logPage, `/api/jobs/${running.id}/log`);
  assert.deepEqual(empty, { lines: [], totalLines: 0, settledLines: 0, complete: false });
});

test("a search finds text in every part of a long log, regardless of colours, one part per request", async () => {
  const lines = Array.from({ length: 120_000 }, (_, n) => `line ${n + 1}`);
  lines[0] = "\u001b[31mERR\u001b[0mOR: first";
  lines[70_000] = "an Error: 100 % of \\ and _";
  lines[119_999] = "error";
  const { id } = await aJob(db, { lane: "search" })
    .prints(...lines)
    .succeeded();
  const search = async (q: string) => {
    const found: number[] = [];
    let requests = 0;
    for (let from: number | null = 1; from !== null; requests += 1) {
      const answer: { lines: number[]; nextLine: number | null } = await api.ask(
        logMatches,
        `/api/jobs/${id}/log/matches?q=${encodeURIComponent(q)}&fromLine=${from}`,
      );
      found.push(...answer.lines);
      assert.ok(answer.nextLine === null || answer.nextLine > from, "the search continues");
      from = answer.nextLine;
    }
    return { found, requests };
  };

  const errors = await search("error");
  assert.deepEqual(errors.found, [1, 70_001, 120_000]);
  assert.ok(errors.requests > 1, "no request reads the whole log");
  assert.deepEqual((await search("100 % of \\ and _")).found, [70_001]);
  assert.deepEqual((await search("[31m")).found, []);
  // 12, 120 to 129, 1200 to 1299, 12000 to 12999: more than one request may return.
  const many = await search("LINE 12");
  assert.equal(many.found.length, 1111);
  assert.deepEqual(many.found, [...new Set(many.found)]);
  const one = await api.ask(logMatches, `/api/jobs/${id}/log/matches?q=line`);
  assert.deepEqual([one.lines.length, one.nextLine], [LOG_MATCHES_MAX, 1002]);
  const behind = await api.ask(logMatches, `/api/jobs/${id}/log/matches?q=line&fromLine=200000`);
  assert.deepEqual(behind, { lines: [], nextLine: null });
  for (const bad of ["", "q=", "q=x&fromLine=0", `q=${"x".repeat(201)}`]) {
    assert.equal(await code(`/api/jobs/${id}/log/matches?${bad}`), "invalid_request", bad);
  }
});

test("the log as a file has answers and no colours; the transcript is asciicast 3 with the questions as markers", async () => {
  const { id } = await aJob(db, { lane: "files" })
    .prints("\u001b[32mgreen\u001b[0m — ü", "plain")
    .takes(5)
    .asked("yes_no", { by: "alice" })
    .prints("end")
    .failed("exit_nonzero", { exitCode: 3 });

  const log = await api.call(`/api/jobs/${id}/log.txt`);
  assert.equal(log.headers.get("content-type"), "text/plain; charset=utf-8");
  assert.match(
    await log.text(),
    /^green — ü\nplain\n>>> alice answered “Yes” \(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC\)\nend\n$/,
  );

  const cast = (await (await api.call(`/api/jobs/${id}/transcript.cast`)).text()).trimEnd().split("\n");
  const [header, ...events] = cast.map((line) => JSON.parse(line) as unknown);
  assert.equal((header as { version: number }).version, 3);
  const { term } = header as { term: { cols: number; rows: number } };
  assert.ok(term.cols > 0 && term.rows > 0);
  const typed = events as [number, string, string][];
  assert.ok(typed.every(([interval, , data]) => interval >= 0 && typeof data === "string"));
  assert.deepEqual(
    typed.map(([, kind]) => kind),
    ["o", "m", "m", "o", "x"],
  );
  assert.equal(
    typed
      .filter(([, kind]) => kind === "o")
      .map(([, , data]) => data)
      .join(""),
    "\u001b[32mgreen\u001b[0m — ü\r\nplain\r\nend\r\n",
  );
  assert.deepEqual(typed.at(-1)?.[2], "3");
  assert.deepEqual(typed[2]?.[2], "alice: yes");
  const seconds = typed.reduce((sum, [interval]) => sum + interval, 0);
  assert.ok(Math.abs(seconds - 25.25) < 0.01, String(seconds));
});

test("removed output is reported as removed by the log, the files and the sensitive lines; the job keeps its history", async () => {
  const { id } = await aJob(db, { lane: "removed" }).prints("one", "two").asked("yes_no").succeeded();
  await query(db, "update spiderpig.job set output_removed_at = '2026-01-02T03:04:05Z' where id = $1", [id]);
  await query(db, "delete from spiderpig.log_block where job_id = $1", [id]);

  for (const path of ["/log", "/log.txt", "/transcript.cast"]) {
    const problem = await api.refused(`/api/jobs/${id}${path}`);
    assert.deepEqual([problem.status, problem.code], [410, "output_removed"]);
    assert.match(problem.detail ?? "", /2026-01-02/);
  }
  const hidden = await api.refused(`/api/jobs/${id}/sensitive-lines`, { method: "POST" });
  assert.equal(hidden.code, "output_removed");
  const job = await api.ask(jobSchema, `/api/jobs/${id}`);
  assert.equal(job.outputRemovedAt, "2026-01-02T03:04:05.000Z");
  assert.deepEqual([job.totalLines, job.interactions.length], [2, 1]);
  const stream = await (await api.call(`/api/jobs/${id}/events`)).text();
  assert.match(stream, /event: end/, "the stream does not wait for removed lines");
});

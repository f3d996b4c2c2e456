// The HTTP interface: requests, responses and errors.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { query } from "#lib/db/connection.ts";
import { constraintRefusal } from "#lib/db/constraints.ts";
import { changeList } from "#lib/contract/change.ts";
import { endpoints } from "#lib/contract/endpoints.ts";
import { interactionList } from "#lib/contract/interaction.ts";
import { job as jobSchema, jobList } from "#lib/contract/job.ts";
import { laneFreeze } from "#lib/contract/lane.ts";
import { LOG_MATCHES_MAX, logMatches, logPage } from "#lib/contract/log.ts";
import { startApi } from "./api.ts";
import { aJob } from "../../seed/seed.ts";

const api = await startApi(after);
const { db } = api;
const CREATE = { kind: "backport", changes: ["1234"] };
const code = async (...call: Parameters<typeof api.refused>) => (await api.refused(...call)).code;
const countJobs = async () => (await query(db, "select from spiderpig.job")).length;

test("a job is created, found, listed and cancelled, and the cancellation is final", async () => {
  const created = await api.ask(jobSchema, "/api/jobs", {
    method: "POST",
    body: { ...CREATE, lane: "first" },
  });
  assert.deepEqual(
    [created.state, created.requestedBy, created.changes[0]?.number, created.queuePosition, created.command],
    ["queued", "deployer", 1234, 1, ["backport", "1234"]],
  );
  assert.deepEqual(await api.ask(jobSchema, `/api/jobs/${created.id}`), created);
  const { jobs } = await api.ask(jobList, "/api/jobs");
  assert.ok(jobs.some((job) => job.id === created.id));

  const cancelled = await api.ask(jobSchema, `/api/jobs/${created.id}/cancellation`, { method: "POST" });
  assert.deepEqual([cancelled.state, cancelled.outcome], ["cancelled", "cancelled_while_queued"]);
  assert.equal(await code(`/api/jobs/${created.id}/cancellation`, { method: "POST" }), "job_already_ended");

  const again = await api.ask(jobSchema, `/api/jobs/${created.id}/retry`, { method: "POST" });
  assert.deepEqual([again.retryOf, again.state, again.lane], [created.id, "queued", "first"]);
});

test("the response to a creation is 201, and no response is cached", async () => {
  const answer = await api.call("/api/jobs", { method: "POST", body: CREATE });
  assert.equal(answer.status, 201);
  assert.equal(answer.headers.get("cache-control"), "no-store");
});

test("every change that cannot be deployed is listed with its reason, and nothing is queued", async () => {
  const before = await countJobs();
  const changes = ["1234", "nonsense", "999999999", "https://elsewhere.example/1", "1234"];
  const refused = await api.refused("/api/jobs", { method: "POST", body: { ...CREATE, changes } });
  assert.equal(refused.status, 422);
  assert.equal(refused.code, "changes_refused");
  assert.deepEqual(refused.errors?.map(({ field }) => field).toSorted(), [
    "changes.1",
    "changes.2",
    "changes.3",
    "changes.4",
  ]);
  assert.deepEqual(refused.refused?.map((one) => one.input).toSorted(), [
    "1234",
    "999999999",
    "https://elsewhere.example/1",
    "nonsense",
  ]);
  assert.equal(await countJobs(), before);
});

test("a repeated idempotency key returns the first job, also for many concurrent requests", async () => {
  const headers = { "idempotency-key": "key-1" };
  const send = (body: unknown = CREATE) => api.call("/api/jobs", { method: "POST", body, headers });
  const answers = await Promise.all([send(), send(), send(), send()]);
  const ids = await Promise.all(answers.map(async (answer) => jobSchema.parse(await answer.json()).id));
  assert.equal(new Set(ids).size, 1);
  assert.equal(jobSchema.parse(await (await send()).json()).id, ids[0]);

  const conflict = await api.refused("/api/jobs", {
    method: "POST",
    body: { ...CREATE, changes: ["1235"] },
    headers,
  });
  assert.equal(conflict.code, "idempotency_conflict");
  const others = await api.ask(jobSchema, "/api/jobs", {
    method: "POST",
    body: CREATE,
    headers,
    as: "admin",
  });
  assert.notEqual(others.id, ids[0], "an idempotency key belongs to its user");
  const bad = { method: "POST", body: CREATE, headers: { "idempotency-key": "two words" } } as const;
  assert.equal(await code("/api/jobs", bad), "invalid_request");
});

test("a repeated request succeeds even if the lane is frozen and the change could no longer be queued", async () => {
  const headers = { "idempotency-key": "key-2" };
  const body = { ...CREATE, lane: "iced" };
  const first = await api.ask(jobSchema, "/api/jobs", { method: "POST", body, headers });
  await api.call("/api/lanes/iced/freeze", { method: "PUT", body: { reason: "a switchover" }, as: "admin" });
  assert.equal(await code("/api/jobs", { method: "POST", body }), "lane_frozen");
  const second = await api.ask(jobSchema, "/api/jobs", { method: "POST", body, headers });
  assert.equal(second.id, first.id);
});

test("a question is answered once; a second answer is refused with the first answer and its author", async () => {
  const { id, pendingId } = await aJob(db, { lane: "answers" }).waiting({ on: "yes_no" });
  const path = `/api/jobs/${id}/interactions/${pendingId}/answer`;
  const pending = await api.ask(interactionList, "/api/interactions?state=pending");
  assert.ok(pending.interactions.some((one) => one.id === pendingId));
  assert.ok(!JSON.stringify(pending).includes("typed"), "the text to be typed is not exposed");

  const put = (value: unknown, as: "deployer" | "admin" = "deployer") =>
    ({ method: "PUT", body: { value }, as }) as const;
  for (const wrong of ["yes", "", "y"]) assert.equal(await code(path, put(wrong)), "answer_not_an_option");
  assert.equal(await code(path, put(null)), "invalid_request");
  assert.equal(await code(path, put("x".repeat(9000))), "invalid_request");
  assert.equal((await api.call(path, put(true, "admin"))).status, 200);

  const late = await api.refused(path, put(false));
  assert.deepEqual([late.status, late.code], [409, "interaction_already_answered"]);
  assert.deepEqual([late.interaction?.answer?.answeredBy, late.interaction?.answer?.value], ["admin", true]);
  assert.match(late.detail ?? "", /admin answered "yes"/);
});

test("texts that a terminal or a row cannot hold are rejected, and the question stays open", async () => {
  const { id, pendingId } = await aJob(db, { lane: "texts" }).waiting({ on: "text" });
  const path = `/api/jobs/${id}/interactions/${pendingId}/answer`;
  for (const value of [
    "a\nb",
    "a\u0003",
    "a\0b",
    "\u009b31m",
    "é".repeat(2500),
    "broken \ud800",
    "txt\u202egnp",
  ]) {
    const refused = await api.refused(path, { method: "PUT", body: { value } });
    assert.ok([400, 422].includes(refused.status), JSON.stringify(value));
  }
  assert.equal((await api.call(path, { method: "PUT", body: { value: "because" } })).status, 200);
});

test("a closed question is gone, and a question of another job is not found", async () => {
  const over = await aJob(db, { lane: "over" }).askedInVain("yes_no").running();
  const path = `/api/jobs/${over.id}/interactions/${over.interactionIds[0]}/answer`;
  const put = { method: "PUT", body: { value: true } } as const;
  const gone = await api.refused(path, put);
  assert.deepEqual([gone.status, gone.code], [410, "interaction_withdrawn"]);
  const expired = await aJob(db, { lane: "expired" }).askedUntilExpiry("yes_no").running();
  const late = await api.refused(
    `/api/jobs/${expired.id}/interactions/${expired.interactionIds[0]}/answer`,
    put,
  );
  assert.deepEqual([late.status, late.code], [409, "interaction_expired"]);
  assert.deepEqual([late.interaction?.state, late.interaction?.expiryAction], ["expired", "interrupt"]);
  assert.match(late.detail ?? "", /Your answer was not typed: the expiry policy interrupted scap/);
  const other = await aJob(db, { lane: "other" }).running();
  assert.equal(
    await code(`/api/jobs/${other.id}/interactions/${over.interactionIds[0]}/answer`, put),
    "interaction_not_found",
  );
});

test("only running jobs accept signals; a queued job can be cancelled instead", async () => {
  const running = await aJob(db, { lane: "signals" }).running();
  const queued = await aJob(db, { lane: "signals" }).queued();
  const post = (kind: string) => ({ method: "POST", body: { kind } }) as const;
  assert.equal((await api.call(`/api/jobs/${running.id}/signals`, post("interrupt"))).status, 202);
  assert.equal(await code(`/api/jobs/${running.id}/signals`, post("hangup")), "invalid_request");
  assert.equal(await code(`/api/jobs/${queued.id}/signals`, post("kill")), "job_already_ended");
  assert.equal(await code(`/api/jobs/${running.id}/cancellation`, { method: "POST" }), "job_already_started");
  assert.equal(await code(`/api/jobs/${running.id}/retry`, { method: "POST" }), "job_not_ended");
  const job = await api.ask(jobSchema, `/api/jobs/${running.id}`);
  assert.deepEqual(
    job.signals.map((signal) => [signal.kind, signal.requestedBy]),
    [["interrupt", "deployer"]],
  );
});

test("an object that does not exist gets 404, whatever its id looks like", async () => {
  for (const id of ["999999999", "0", "1e3", "-1", "99999999999999", "abc", "%00"]) {
    for (const path of ["", "/log", "/log.txt", "/transcript.cast", "/events"]) {
      assert.equal((await api.refused(`/api/jobs/${id}${path}`)).status, 404, `${id}${path}`);
    }
  }
});

test("invalid bodies are rejected before anything is changed", async () => {
  const post = (call: object) => api.refused("/api/jobs", { method: "POST", ...call });
  const large = "x".repeat(70_000);
  const endless = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new Uint8Array(16_384).fill(0x20)),
  });
  assert.equal((await post({})).code, "invalid_request");
  assert.equal((await post({ rawBody: "{" })).code, "invalid_request");
  assert.equal((await post({ body: [] })).code, "invalid_request");
  assert.equal((await post({ body: { ...CREATE, force: true } })).code, "invalid_request");
  assert.equal((await post({ body: { ...CREATE, changes: [] } })).code, "invalid_request");
  assert.equal((await post({ body: { ...CREATE, changes: Array(21).fill("1") } })).code, "invalid_request");
  assert.equal((await post({ body: { ...CREATE, lane: "../x" } })).code, "invalid_request");
  assert.equal((await post({ body: { ...CREATE, changes: [large] } })).code, "request_too_large");
  assert.equal((await post({ rawBody: endless })).code, "request_too_large");
  const fields = async (body: unknown) => (await post({ body })).errors?.map(({ field }) => field);
  assert.deepEqual(await fields({ kind: "backport", changes: [1234] }), ["changes.0"]);
  assert.deepEqual(await fields({ ...CREATE, force: true, lane: 1 }), ["lane", "force"]);
});

test("a viewer may read and change nothing; an unauthenticated caller may do neither", async () => {
  const { id, pendingId } = await aJob(db, { lane: "viewers" }).waiting();
  const writes: [string, "POST" | "PUT" | "DELETE", unknown][] = [
    ["/api/jobs", "POST", CREATE],
    [`/api/jobs/${id}/interactions/${pendingId}/answer`, "PUT", { value: true }],
    [`/api/jobs/${id}/signals`, "POST", { kind: "kill" }],
    [`/api/jobs/${id}/cancellation`, "POST", undefined],
    [`/api/jobs/${id}/retry`, "POST", undefined],
    [`/api/jobs/${id}/lane-release`, "POST", { note: "looked" }],
    [`/api/jobs/${id}/loss`, "POST", { note: "looked" }],
    ["/api/lanes/mediawiki/freeze", "PUT", { reason: "because" }],
    ["/api/lanes/mediawiki/freeze", "DELETE", undefined],
    [`/api/jobs/${id}/sensitive-lines`, "POST", undefined],
  ];
  for (const [path, method, body] of writes) {
    assert.equal(await code(path, { method, body, as: "viewer" }), "not_permitted", `${method} ${path}`);
    assert.equal(await code(path, { method, body, as: null }), "not_signed_in", `${method} ${path}`);
  }
  assert.equal((await api.call(`/api/jobs/${id}`, { as: "viewer" })).status, 200);
  const reads = Object.values(endpoints).filter(
    ({ method, permission }) => method === "GET" && permission !== null,
  );
  for (const { path: template } of reads) {
    const path = template.replace("{id}", String(id));
    assert.equal(await code(path, { as: null }), "not_signed_in", path);
  }
  assert.equal((await api.ask(jobSchema, `/api/jobs/${id}`)).state, "waiting");
});

test("lists are filtered, and consecutive pages have no gaps or duplicates", async () => {
  const lane = "lists";
  const ids: number[] = [];
  const day = (n: number) => new Date(Date.UTC(2020, 0, n, 12));
  for (let n = 1; n <= 7; n += 1) {
    const seed = aJob(db, {
      lane,
      by: n % 2 === 0 ? "even_user" : "odd",
      changes: [880_000 + n],
      at: day(n),
    });
    ids.push((n === 7 ? await seed.failed("rolled_back") : await seed.succeeded()).id);
  }
  const list = async (filter: string) =>
    (await api.ask(jobList, `/api/jobs?${filter}`)).jobs.map((job) => job.id);

  assert.deepEqual(await list("user=even_user"), [ids[5], ids[3], ids[1]]);
  assert.deepEqual(await list("change=880003"), [ids[2]]);
  assert.deepEqual(await list("lane=lists&kind=backport"), ids.toReversed());
  assert.deepEqual(await list("lane=elsewhere"), []);
  const { project } = (await api.ask(jobSchema, `/api/jobs/${ids[2]}`)).changes[0] ?? {};
  assert.ok(project !== undefined && project !== null);
  assert.ok((await list(`project=${encodeURIComponent(project)}&lane=lists`)).includes(ids[2] ?? 0));
  assert.deepEqual(await list("project=elsewhere"), []);
  assert.deepEqual(await list("q=880004"), [ids[3]]);
  assert.deepEqual(await list("q=change%20880005"), [ids[4]]);
  assert.deepEqual(await list("q=even%25user"), [], "a percent sign is matched literally");
  assert.deepEqual(await list("q=even_user&state=failed"), []);
  assert.deepEqual(await list("user=odd&state=failed,cancelled"), [ids[6]]);
  assert.deepEqual(await list("to=2020-02-01T00:00:00Z&outcome=rolled_back,unclear"), [ids[6]]);
  assert.deepEqual(await list("from=2020-01-02T12:00:00Z&to=2020-01-04T12:00:00Z"), [ids[2], ids[1]]);

  const pages: number[] = [];
  for (let cursor = ""; ;) {
    const page = await api.ask(jobList, `/api/jobs?to=2020-02-01T00:00:00Z&limit=3${cursor}`);
    pages.push(...page.jobs.map((job) => job.id));
    if (page.nextCursor === null) break;
    cursor = `&cursor=${page.nextCursor}`;
  }
  assert.deepEqual(pages, ids.toReversed());

  const impossible = [
    "limit=0",
    "limit=101",
    "state=gone",
    "outcome=gone",
    "kind=gone",
    "lane=",
    "colour=red",
    "cursor=x",
    "from=yesterday",
    "change=-1",
    "from=0000-01-01T00:00:00Z",
    "q=%00",
    "user=%00",
  ];
  for (const filter of impossible) assert.equal(await code(`/api/jobs?${filter}`), "invalid_request", filter);
  for (const filter of ["outcome=gone", "colour=red"]) {
    const { errors } = await api.refused(`/api/jobs?${filter}`);
    assert.ok(
      errors?.every(({ field }) => field.startsWith(filter.split("=")[0] ?? "")),
      filter,
    );
  }
  for (const filter of ["change=9007199254740991", "cursor=9007199254740991", "q=%F0%9F%90%8C'"]) {
    assert.ok([200, 400].includes((await api.call(`/api/jobs?${filter}`)).status), filter);
  }
});

test("a time may have any offset, and is returned in UTC", async () => {
  const lane = "offsets";
  const { id } = await aJob(db, { lane, at: new Date("2019-05-01T10:00:00Z") }).succeeded();
  const list = async (query: string) =>
    (await api.ask(jobList, `/api/jobs?${query}`)).jobs.map((job) => job.id);
  assert.deepEqual(await list("from=2019-05-01T12:00:00%2B02:00&to=2019-05-01T05:31:00-04:30"), [id]);
  assert.deepEqual(await list("from=2019-05-01T12:00:00+02:00&to=2019-05-01T10:01Z"), [id]);
  assert.deepEqual(await list("from=2019-05-01T12:01:00%2B02:00&to=2019-05-02T00:00:00Z"), []);

  const until = "2099-12-01T10:00:00+02:00";
  const put = { method: "PUT", as: "admin", body: { reason: "x", until } } as const;
  assert.equal(
    (await api.ask(laneFreeze, `/api/lanes/${lane}/freeze`, put)).until,
    "2099-12-01T08:00:00.000Z",
  );
});

test("a freeze that ends in the past is rejected with the field, and so is a reason with deceptive characters", async () => {
  const freeze = (body: object) =>
    api.refused("/api/lanes/past/freeze", { method: "PUT", as: "admin", body });
  const past = await freeze({ reason: "maintenance", until: "2020-01-01T10:00:00Z" });
  assert.deepEqual([past.status, past.code], [422, "unacceptable_value"]);
  assert.deepEqual(past.errors, [{ field: "until", detail: "The end of the freeze is in the past." }]);
  const deceiving = await freeze({ reason: "safe \u202efdp" });
  assert.deepEqual([deceiving.status, deceiving.errors?.[0]?.field], [400, "reason"]);
});

test("a violation that only a constraint detects is reported with its message and field", () => {
  const violation = Object.assign(new Error("violates"), {
    code: "23514",
    constraint: "freeze_ends_after_it_starts",
  });
  const refusal = constraintRefusal(new Error("Failed query", { cause: violation }));
  assert.equal(refusal?.code, "unacceptable_value");
  assert.deepEqual(refusal?.extra["errors"], [
    { field: "until", detail: "The end of the freeze is in the past." },
  ]);
  assert.equal(
    constraintRefusal(Object.assign(new Error("x"), { constraint: "outcome_fits_state" })),
    undefined,
  );
});

test("a reason that ends with a full stop does not get a second one", async () => {
  await api.call("/api/lanes/stops/freeze", { method: "PUT", body: { reason: "Back soon." }, as: "admin" });
  const refused = await api.refused("/api/jobs", { method: "POST", body: { ...CREATE, lane: "stops" } });
  assert.match(refused.detail ?? "", /: Back soon\. Nothing was queued\.$/);
});

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
  const all = await search("LINE ");
  assert.equal(all.found.length, 120_000 - 3);
  assert.deepEqual(all.found, [...new Set(all.found)]);
  const one = await api.ask(logMatches, `/api/jobs/${id}/log/matches?q=line`);
  assert.deepEqual([one.lines.length, one.nextLine], [LOG_MATCHES_MAX, 1002]);
  const behind = await api.ask(logMatches, `/api/jobs/${id}/log/matches?q=line&fromLine=200000`);
  assert.deepEqual(behind, { lines: [], nextLine: null });
  for (const bad of ["", "q=", "q=x&fromLine=0", `q=${"x".repeat(201)}`]) {
    assert.equal(await code(`/api/jobs/${id}/log/matches?${bad}`), "invalid_request", bad);
  }
});

test("the log as a file has no colours; the transcript is asciicast 3 with the questions as markers", async () => {
  const { id } = await aJob(db, { lane: "files" })
    .prints("\u001b[32mgreen\u001b[0m — ü", "plain")
    .takes(5)
    .asked("yes_no", { by: "alice" })
    .prints("end")
    .failed("exit_nonzero", { exitCode: 3 });

  const log = await api.call(`/api/jobs/${id}/log.txt`);
  assert.equal(log.headers.get("content-type"), "text/plain; charset=utf-8");
  assert.equal(await log.text(), "green — ü\nplain\nend\n");

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

test("changes are looked up by number, URL and words", async () => {
  const found = async (q: string) =>
    (await api.ask(changeList, `/api/changes?q=${encodeURIComponent(q)}`)).changes.map(
      (change) => change.number,
    );
  assert.deepEqual(await found("1234"), [1234]);
  assert.deepEqual(await found(`${api.world.gerritUrl}/1234`), [1234]);
  assert.ok((await found("photo contest")).includes(1234));
  assert.deepEqual(await found("99999999"), []);
  assert.equal(await code("/api/changes?q="), "invalid_request");
});

test("metrics count the existing jobs", async () => {
  const text = await (await api.call("/api/metrics")).text();
  const waiting = Number(/^spiderpig_jobs\{state="waiting"\} (\d+)$/m.exec(text)?.[1]);
  const [row] = await query<{ n: number }>(
    db,
    "select count(*)::integer as n from spiderpig.job where state = 'waiting'",
  );
  assert.equal(waiting, row?.n);
  assert.match(text, /^# TYPE spiderpig_jobs gauge$/m);
});

test("an unreachable Gerrit is reported as unreachable, and nothing is queued", async () => {
  const before = await countJobs();
  await api.world.close();
  assert.equal(await code("/api/jobs", { method: "POST", body: CREATE }), "gerrit_unreachable");
  assert.equal(await code("/api/changes?q=1234"), "gerrit_unreachable");
  assert.equal(await countJobs(), before);
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

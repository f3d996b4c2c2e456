// Jobs over HTTP: how they are created, and how lists of them are filtered.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { query } from "#lib/db/connection.ts";
import { changeList } from "#lib/contract/change.ts";
import { job as jobSchema, jobList } from "#lib/contract/job.ts";
import { operationList } from "#lib/contract/operation.ts";
import { laneFreeze } from "#lib/contract/lane.ts";
import { revertPreview } from "#lib/contract/revert.ts";
import { revert } from "#lib/operations/revert.ts";
import { startApi } from "./api.ts";
import { aJob } from "../../seed/seed.ts";

const api = await startApi(after);
const { db } = api;
const CREATE = { kind: "backport", changes: ["1234"] };
const code = async (...call: Parameters<typeof api.refused>) => (await api.refused(...call)).code;
const countJobs = async () => (await query(db, "select from spiderpig.job")).length;
/** As a person does in Gerrit. @returns the number of the new change */
async function uploadRevert(change: number): Promise<number> {
  const response = await fetch(`${api.world.gerritUrl}/a/changes/${change}/revert`, {
    method: "POST",
    headers: { authorization: `Basic ${btoa("riglesias:any")}`, "content-type": "application/json" },
    body: JSON.stringify({ message: "Undo it" }),
  });
  return (JSON.parse((await response.text()).slice(5)) as { _number: number })._number;
}
const list = async (filter: string) =>
  (await api.ask(jobList, `/api/jobs?${filter}`)).jobs.map((job) => job.id);

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

test("operations are listed with their forms, a job takes exactly the parameters of its operation, and a refusal names every mistake", async () => {
  const { operations } = await api.ask(operationList, "/api/operations");
  const form = operations.find(({ kind }) => kind === "revert")?.form;
  assert.deepEqual([form?.["required"], form?.["additionalProperties"]], [["changes", "reason"], false]);

  const post = (body: unknown) => api.refused("/api/jobs", { method: "POST", body });
  assert.equal((await post({ ...CREATE, kind: "reboot" })).code, "operation_not_found");
  const wrong: [body: object, fields: string[]][] = [
    [{ kind: "revert", changes: ["1238"], force: true }, ["force", "reason"]],
    [{ kind: "revert", changes: ["1238"], lane: "Two words" }, ["lane", "reason"]],
    [{ kind: "reboot", lane: "Two words" }, ["kind", "lane"]],
    [{ lane: 7 }, ["kind", "lane"]],
  ];
  for (const [body, fields] of wrong) {
    const { code: refusal, errors } = await post(body);
    assert.deepEqual(
      [refusal, errors?.map(({ field }) => field).toSorted()],
      ["invalid_request", fields],
      JSON.stringify(body),
    );
  }

  assert.match((await post({ kind: "backport", changes: ["1234", ""] })).detail ?? "", /^Changes 2: /);

  const body = { kind: "revert", changes: ["1238"], reason: "It is broken.", lane: "reverts" };
  const created = await api.ask(jobSchema, "/api/jobs", { method: "POST", body });
  assert.deepEqual(
    [created.kind, created.operation.name, created.command, created.parameters],
    ["revert", "Revert", ["backport", "--revert", "1238"], { changes: ["1238"], reason: "It is broken." }],
  );
  assert.deepEqual(await list("kind=revert"), [created.id]);
  const open = await post({ ...body, changes: ["1234"] });
  assert.deepEqual(open.refused, [{ input: "1234", reason: "This change is not merged." }]);
});

test("a revert names the job that it reverts, whether it was requested there, by its change or by a revert in Gerrit", async () => {
  const project = "operations/mediawiki-config";
  const deployed = await aJob(db, { lane: "merged", changes: [{ number: 1238, project }] }).succeeded();
  const since = await aJob(db, { lane: "since", changes: [{ number: 1234, project }] }).succeeded();
  const preview = await api.ask(revertPreview, `/api/jobs/${deployed.id}/revert`);
  assert.deepEqual(
    [preview.changes.map(({ number }) => number), preview.deployedSince.map(({ id }) => id)],
    [[1238], [since.id]],
  );

  const post = (path: string, body: unknown) => api.ask(jobSchema, path, { method: "POST", body });
  const requested = await post(`/api/jobs/${deployed.id}/revert`, { reason: "It is broken." });
  assert.deepEqual(
    [requested.command, requested.lane, requested.reverts],
    [["backport", "--revert", "1238"], "merged", [{ id: deployed.id, changes: [1238] }]],
  );
  const again = { method: "POST", body: { reason: "Me too." } } as const;
  const second = await api.refused(`/api/jobs/${deployed.id}/revert`, again);
  assert.equal(second.detail, `Job ${requested.id} reverts change 1238. Nothing was queued.`);
  const byChange = await post("/api/jobs", {
    kind: "revert",
    changes: ["1238"],
    reason: "Again.",
    lane: "x",
  });
  assert.equal(byChange.reverts[0]?.id, deployed.id);

  const uploaded = await uploadRevert(1238);
  const uploadedJob = await post("/api/jobs", { ...CREATE, changes: [String(uploaded)], lane: "y" });
  assert.equal(uploadedJob.reverts[0]?.id, deployed.id);
  const { revertedBy } = await api.ask(jobSchema, `/api/jobs/${deployed.id}`);
  assert.deepEqual(
    revertedBy.map(({ id, changes }) => [id, changes]),
    [uploadedJob, byChange, requested].map(({ id }) => [id, [1238]]),
  );

  const refusal = (id: number) => code(`/api/jobs/${id}/revert`, { method: "POST", body: { reason: "x" } });
  assert.equal(await refusal(requested.id), "job_not_ended");
  const ended = await aJob(db, { lane: "z", operation: revert }).succeeded();
  assert.equal(await refusal(ended.id), "nothing_to_revert");
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
  const reverts = (reason: string) => ({
    method: "POST" as const,
    body: { kind: "revert", changes: ["1238"], lane: "keys", reason },
    headers: { "idempotency-key": "key-of-a-revert" },
  });
  const { id: revertId } = await api.ask(jobSchema, "/api/jobs", reverts("It is broken."));
  assert.equal((await api.ask(jobSchema, "/api/jobs", reverts("It is broken."))).id, revertId);
  assert.equal(await code("/api/jobs", reverts("Another reason.")), "idempotency_conflict");
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

test("lists are filtered, and consecutive pages have no gaps or duplicates", async () => {
  const ids: number[] = [];
  for (let n = 1; n <= 7; n += 1) {
    const seed = aJob(db, {
      lane: "lists",
      by: n % 2 === 0 ? "even_user" : "odd",
      changes: [880_000 + n],
      at: new Date(Date.UTC(2020, 0, n, 12)),
    });
    ids.push((n === 7 ? await seed.failed("rolled_back") : await seed.succeeded()).id);
  }

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
  assert.deepEqual(await list("q=v%25user"), [], "a percent sign is matched literally");
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
});

test("a filter that no job can match is rejected, and the response names it", async () => {
  const impossible = [
    "limit=0",
    "limit=101",
    "state=gone",
    "outcome=gone",
    "kind=--gone",
    "lane=",
    "colour=red",
    "cursor=x",
    "from=yesterday",
    "change=-1",
    "from=0000-01-01T00:00:00Z",
    "q=%00",
    "q=a%00b",
    "user=%00",
    "project=%00",
    `q=${"a+".repeat(11)}`,
    `q=${"a".repeat(201)}`,
    `user=${"a".repeat(101)}`,
  ];
  for (const filter of impossible) assert.equal(await code(`/api/jobs?${filter}`), "invalid_request", filter);
  for (const filter of ["outcome=gone", "colour=red"]) {
    const { errors } = await api.refused(`/api/jobs?${filter}`);
    assert.ok(
      errors?.every(({ field }) => field.startsWith(filter.split("=")[0] ?? "")),
      filter,
    );
  }
  for (const filter of [
    "change=9007199254740991",
    "cursor=9007199254740991",
    "q=%F0%9F%90%8C'",
    "q=%ED%A0%80",
  ]) {
    for (const path of ["/api/jobs", "/api/jobs.csv"]) {
      assert.ok([200, 400].includes((await api.call(`${path}?${filter}`)).status), filter);
    }
  }
  for (const path of ["/api/jobs.csv", "/api/jobs.json"]) {
    for (const filter of ["state=gone", "limit=5", "cursor=1", "q=%00"]) {
      assert.equal(await code(`${path}?${filter}`), "invalid_request", filter);
    }
  }
});

test("a time may have any offset, and is returned in UTC", async () => {
  const lane = "offsets";
  const { id } = await aJob(db, { lane, at: new Date("2019-05-01T10:00:00Z") }).succeeded();
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

test("an unreachable Gerrit is reported as unreachable, and nothing is queued", async () => {
  const before = await countJobs();
  await api.world.close();
  assert.equal(await code("/api/jobs", { method: "POST", body: CREATE }), "gerrit_unreachable");
  assert.equal(await code("/api/changes?q=1234"), "gerrit_unreachable");
  assert.equal(await countJobs(), before);
});

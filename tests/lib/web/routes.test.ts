// The HTTP interface: questions, signals, permissions, freezes, and requests that are refused.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { query } from "#lib/db/connection.ts";
import { constraintRefusal } from "#lib/db/constraints.ts";
import { errorRate } from "#lib/contract/error-rate.ts";
import { interactionList } from "#lib/contract/interaction.ts";
import { type Job, job as jobSchema } from "#lib/contract/job.ts";
import { parseTrace, runInRequest } from "#lib/request-context.ts";
import { startApi } from "./api.ts";
import { aJob } from "../../seed/seed.ts";

const api = await startApi(after);
const { db } = api;
const CREATE = { kind: "backport", changes: ["1234"] };
const code = async (...call: Parameters<typeof api.refused>) => (await api.refused(...call)).code;

test("the response to a creation is 201, and no response is cached", async () => {
  const answer = await api.call("/api/jobs", { method: "POST", body: CREATE });
  assert.equal(answer.status, 201);
  assert.equal(answer.headers.get("cache-control"), "no-store");
});

test("a job continues the trace of its request, if that has a valid one", async () => {
  const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  const request = (lane: string) =>
    api.ask(jobSchema, "/api/jobs", { method: "POST", body: { ...CREATE, lane } });
  const create = (lane: string, header: string) =>
    new Promise<Job>((resolve, reject) => {
      runInRequest({ requestId: lane, trace: parseTrace(header) }, () => {
        request(lane).then(resolve, reject);
      });
    });

  const traced = await create("traced", traceparent);
  const others = [await create("malformed", "00-none"), await request("untraced")];

  const stored = await query<{ traceparent: string | null }>(
    api.db,
    "select traceparent from spiderpig.job where id = any($1) order by id",
    [[traced, ...others].map(({ id }) => id)],
  );
  assert.deepEqual(
    stored.map((row) => row.traceparent),
    [traceparent, null, null],
  );
});

test("the error rate is unknown before the source was read, and has its age afterwards", async () => {
  const unknown = { asOf: null, failure: null, perMinute: null, minutes: [], messages: [] };
  assert.deepEqual(await api.ask(errorRate, "/api/errors"), unknown);

  await query(
    db,
    "insert into spiderpig.error_source (claimed_at, as_of, per_minute) values (now(), '2026-11-30T12:00Z', 7)",
  );

  const { asOf, perMinute } = await api.ask(errorRate, "/api/errors");
  assert.deepEqual([asOf, perMinute], ["2026-11-30T12:00:00.000Z", 7]);
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
  assert.deepEqual(await fields({ ...CREATE, force: true, changes: 1 }), ["changes", "force"]);
  assert.deepEqual(await fields({ ...CREATE, lane: 1 }), ["lane"]);
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

test("metrics count the existing jobs", async () => {
  const text = await (await api.call("/api/metrics")).text();
  const waiting = [...text.matchAll(/^spiderpig_jobs\{lane="[^"]+",state="waiting"\} (\d+)$/gm)]
    .map(([, count]) => Number(count))
    .reduce((sum, count) => sum + count, 0);
  const [row] = await query<{ n: number }>(
    db,
    "select count(*)::integer as n from spiderpig.job where state = 'waiting'",
  );
  assert.equal(waiting, row?.n);
  assert.match(text, /^# TYPE spiderpig_jobs gauge$/m);
});

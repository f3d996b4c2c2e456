// The HTTP interface: windows, their changes, what authors say, and the jobs of a window.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { z } from "zod";
import { checkNextWindow } from "#lib/actions/check-window.ts";
import { extendSeries } from "#lib/actions/windows.ts";
import { query, transaction } from "#lib/db/connection.ts";
import { storeCheck, storeReport } from "#lib/db/window-items.ts";
import { lockWindow } from "#lib/db/windows.ts";
import { job } from "#lib/contract/job.ts";
import { type DeploymentWindow, deploymentWindow, windowList } from "#lib/contract/window.ts";
import { services } from "#lib/web/services.ts";
import { until } from "../../support/until.ts";
import { type Call, startApi } from "./api.ts";

const api = await startApi(after);
const HOUR_MS = 3_600_000;
const inHours = (hours: number) => new Date(Date.now() + hours * HOUR_MS).toISOString();
const post = (body: unknown, as?: Call["as"]): Call => ({
  method: "POST",
  body,
  ...(as === undefined ? {} : { as }),
});
const put = (body: unknown, as?: Call["as"]): Call => ({ ...post(body, as), method: "PUT" });

let count = 0;
async function aWindow(changes: readonly number[] = [], more = {}): Promise<DeploymentWindow> {
  count += 1;
  const body = { title: "Backports", lane: `w-${count}`, startsAt: inHours(1), endsAt: inHours(2), ...more };
  const created = await api.ask(deploymentWindow, "/api/windows", post(body));
  if (changes.length === 0) return created;
  return api.ask(
    deploymentWindow,
    `/api/windows/${created.id}/items`,
    post({ changes: changes.map(String) }),
  );
}

const read = (id: number) => api.ask(deploymentWindow, `/api/windows/${id}`, { as: "viewer" });
const itemOf = ({ items }: DeploymentWindow, number: number) =>
  items.find(({ change }) => change.number === number)?.id ?? 0;
const numbers = ({ items }: DeploymentWindow) => items.map(({ change }) => change.number);

/** Brings the job into this state, as a worker would. */
const setJob = (id: number, set: string) =>
  query(api.db, `update spiderpig.job set ${set} where id = $1`, [id]);
const START = "state = 'running', started_at = now()";
const COMPLETE = "state = 'succeeded', outcome = 'completed', finished_at = now(), lane_released_at = now()";

test("deployers add changes of several people and order them", async () => {
  const window = await aWindow([1234, 1235, 1246]);
  assert.deepEqual(numbers(window), [1234, 1235, 1246]);
  assert.deepEqual(
    window.items.map(({ state, report, author, change }) => [state, report, author === change.owner]),
    [
      ["planned", null, true],
      ["planned", null, true],
      ["planned", null, true],
    ],
  );
  const path = `/api/windows/${window.id}/items/${itemOf(window, 1246)}`;

  const moved = await api.ask(deploymentWindow, `${path}/position`, put({ before: itemOf(window, 1234) }));
  assert.deepEqual(numbers(moved), [1246, 1234, 1235]);

  const twice = await api.refused(`/api/windows/${window.id}/items`, post({ changes: ["1234"] }));
  assert.equal(twice.code, "changes_refused");
  assert.equal((await api.call(path, { method: "DELETE" })).status, 204);
  assert.deepEqual(numbers(await read(window.id)), [1234, 1235]);
  const gone = await api.refused(`${path}/position`, put({ before: null }));
  assert.equal(gone.code, "not_found");
  const other = `/api/windows/${window.id}/items/${itemOf(window, 1234)}/position`;
  assert.equal(
    (await api.refused(other, put({ before: itemOf(window, 1246) || 999 }))).code,
    "order_changed",
  );
  const again = await api.ask(
    deploymentWindow,
    `/api/windows/${window.id}/items`,
    post({ changes: ["1246"] }),
  );
  assert.deepEqual(numbers(again), [1234, 1235, 1246]);
});

test("a job of the window makes its changes follow it, and no change is started twice", async () => {
  const window = await aWindow([1234, 1235, 1246]);
  const items = [itemOf(window, 1246), itemOf(window, 1234)];
  const path = `/api/windows/${window.id}`;

  const results = await Promise.all([
    api.call(`${path}/jobs`, post({ items })),
    api.call(`${path}/jobs`, post({ items: [itemOf(window, 1234)] }, "admin")),
  ]);
  assert.deepEqual(
    results.map(({ status }) => status).toSorted((a, b) => a - b),
    [201, 409],
  );
  const [won] = results.filter(({ status }) => status === 201);
  const started = job.parse(await won?.json());
  assert.deepEqual([started.windowId, started.lane], [window.id, window.lane]);
  const ofJob = new Set(started.changes.map(({ number }) => number));
  const states = async () =>
    (await read(window.id)).items.map(({ state, change }) =>
      ofJob.has(change.number) ? state : `-${state}`,
    );
  const expected = (state: string) =>
    [1234, 1235, 1246].map((number) => (ofJob.has(number) ? state : "-planned"));
  assert.deepEqual(await states(), expected("queued"));

  const [first = 0] = started.changes.map(({ number }) => itemOf(window, number));
  const report = `${path}/items/${first}/report`;
  assert.equal((await api.refused(report, put({ report: "tested" }))).code, "nothing_to_test");
  await setJob(started.id, START);
  await setJob(started.id, "state = 'waiting', reached = 'testservers'");
  assert.deepEqual(await states(), expected("waiting_for_author"));
  await api.ask(deploymentWindow, report, put({ report: "tested" }));
  assert.equal((await read(window.id)).items.find(({ id }) => id === first)?.state, "waiting_for_deployer");
  const removed = await api.refused(`${path}/items/${first}`, { method: "DELETE" });
  assert.equal(removed.code, "window_item_in_progress");

  await setJob(started.id, "state = 'running'");
  await setJob(started.id, COMPLETE);
  assert.deepEqual(await states(), expected("deployed"));
  const refused = await api.refused(`${path}/jobs`, post({ items: [first] }));
  assert.equal(refused.code, "window_item_in_progress");
  const kinds = await query<{ kind: string }>(
    api.db,
    "select kind from spiderpig.window_event where window_id = $1 order by seq",
    [window.id],
  );
  assert.deepEqual(
    kinds.map(({ kind }) => kind),
    ["window_created", "change_added", "change_added", "change_added", "job_requested", "change_tested"],
  );
});

test("a change of a window is retried once, however many people do it, and outside a window that was cancelled", async () => {
  const window = await aWindow([1234]);
  const jobs = `/api/windows/${window.id}/jobs`;
  const { id } = await api.ask(job, jobs, post({ items: [itemOf(window, 1234)] }));
  const remove = (number: number) => api.ask(job, `/api/jobs/${number}/cancellation`, post(undefined));
  await remove(id);

  const retry = (as?: Call["as"]) => api.call(`/api/jobs/${id}/retry`, post(undefined, as));
  const responses = await Promise.all([retry(), retry("admin")]);
  assert.deepEqual(new Set(responses.map(({ status }) => status)), new Set([201, 409]));
  const item = (await read(window.id)).items[0];
  assert.equal(item?.state, "queued");
  assert.equal((await api.refused(`/api/jobs/${id}/retry`, post(undefined))).code, "window_item_in_progress");

  await remove(item?.job?.id ?? 0);
  await api.ask(deploymentWindow, `/api/windows/${window.id}/cancellation`, post(undefined));
  const later = await api.ask(job, `/api/jobs/${id}/retry`, post(undefined));
  assert.deepEqual([later.windowId, later.retryOf], [null, id]);
});

test("an author who is a viewer reports on their own changes only", async () => {
  const window = await aWindow([1234]);
  const added = await api.ask(
    deploymentWindow,
    `/api/windows/${window.id}/items`,
    post({ changes: ["1235"], author: "viewer" }),
  );
  const report = (number: number) => `/api/windows/${window.id}/items/${itemOf(added, number)}/report`;

  const own = await api.ask(deploymentWindow, report(1235), put({ report: "absent" }, "viewer"));
  assert.equal(own.items[1]?.state, "absent");
  assert.equal(own.items[1]?.report?.by, "viewer");
  assert.equal((await api.refused(report(1234), put({ report: "absent" }, "viewer"))).code, "not_permitted");
  const back = await api.ask(deploymentWindow, report(1235), put({ report: null }, "viewer"));
  assert.deepEqual([back.items[1]?.state, back.items[1]?.report], ["planned", null]);
});

test("a weekly series has its windows ahead of time, once each, until it is ended", async () => {
  const first = await aWindow([], { isWeekly: true, title: "Weekly" });
  const ofSeries = async () => {
    const { windows } = await api.ask(windowList, "/api/windows", { as: "viewer" });
    return windows.filter(({ seriesId }) => seriesId === first.seriesId);
  };
  const [, second, third] = await ofSeries();
  await Promise.all([extendSeries(api.db), extendSeries(api.db)]);
  const all = await ofSeries();
  assert.equal(all.length, 8);
  assert.equal(new Set(all.map(({ startsAt }) => startsAt.slice(10))).size, 1);
  await api.ask(deploymentWindow, `/api/windows/${third?.id}/items`, post({ changes: ["1234"] }));

  await api.ask(deploymentWindow, `/api/windows/${first.id}/series-end`, post(undefined));
  await extendSeries(api.db);

  const left = (await ofSeries()).filter(({ cancelled }) => cancelled === null);
  assert.deepEqual(
    left.map(({ id }) => id),
    [first.id, third?.id],
  );
  assert.equal(
    (await api.refused(`/api/windows/${second?.id}/items`, post({ changes: ["1234"] }))).code,
    "window_closed",
  );
});

test("times that make no window are refused", async () => {
  const body = { title: "x", lane: "mediawiki", startsAt: inHours(2), endsAt: inHours(1) };
  assert.equal((await api.refused("/api/windows", post(body))).code, "invalid_request");
  const past = { ...body, startsAt: inHours(-3), endsAt: inHours(-2) };
  assert.equal((await api.refused("/api/windows", post(past))).code, "unacceptable_value");
});

test("the facts of a window that is open or watched are read by one process, and pushed to those who watch it", async () => {
  const window = await aWindow([1234, 1247]);
  const { db, gerrit, live } = services();
  assert.equal(await checkNextWindow({ db, gerrit }, []), false);
  const stream = live.watchTogether({ jobs: [], windows: [window.id] });
  const received = collect(stream.body);
  assert.deepEqual(live.watchedWindows(), [window.id]);

  const checked = await Promise.all([
    checkNextWindow({ db, gerrit }, [window.id]),
    checkNextWindow({ db, gerrit }, [window.id]),
  ]);

  assert.deepEqual(checked.toSorted(), [false, true]);
  assert.equal(await checkNextWindow({ db, gerrit }, [window.id]), false);
  const facts = (await read(window.id)).items.map((item) => item.facts);
  assert.deepEqual(
    facts.map((one) => one?.status),
    ["NEW", "NEW"],
  );
  await until("the facts to be pushed", () => received().includes('"status":"NEW"'));
  stream.close();
  await until("the window to be watched no more", () => live.watchedWindows().length === 0);
});

test("jobs of a window are found by the window, and retries belong to it", async () => {
  const window = await aWindow([1246]);
  const started = await api.ask(
    job,
    `/api/windows/${window.id}/jobs`,
    post({ items: [itemOf(window, 1246)] }),
  );
  await api.call(`/api/jobs/${started.id}/cancellation`, { method: "POST" });
  assert.equal((await read(window.id)).items[0]?.state, "not_deployed");

  const retry = await api.ask(job, `/api/jobs/${started.id}/retry`, { method: "POST" });

  const { jobs } = await api.ask(
    z.object({ jobs: z.array(z.object({ id: z.int() })) }),
    `/api/jobs?window=${window.id}`,
  );
  assert.deepEqual(
    jobs.map(({ id }) => id),
    [retry.id, started.id],
  );
  const [row] = await query<{ change_count: number; job_count: number; result: string }>(
    api.db,
    `select w.change_count, w.job_count, c.result
     from history.windows w
     join history.window_changes c on c.window_id = w.window_id
     where w.window_id = $1`,
    [window.id],
  );
  assert.deepEqual({ ...row }, { change_count: 1, job_count: 2, result: "in progress" });
  await api.call(`/api/jobs/${retry.id}/cancellation`, { method: "POST" });
});

test("the calendar has each window once, with its address, and cancelled ones as cancelled", async () => {
  const window = await aWindow([], { title: "Backports; 13:00, with a \\ and\u2028lines" });
  await api.ask(deploymentWindow, `/api/windows/${window.id}/cancellation`, post(undefined));
  assert.equal((await api.refused("/api/windows.ics", { as: null })).code, "not_signed_in");

  const text = await (await api.call("/api/windows.ics", { as: "viewer" })).text();

  const [event] = text
    .replaceAll("\r\n ", "")
    .split("BEGIN:VEVENT")
    .filter((part) => part.includes(`UID:window-${window.id}@deploy.example.org`));
  assert.ok(event !== undefined);
  assert.match(event, new RegExp(`URL;VALUE=URI:https://deploy.example.org/windows/${window.id}\r\n`));
  assert.match(event, /STATUS:CANCELLED\r\n/);
  assert.match(event, /SUMMARY:Backports\\; 13:00\\, with a \\\\ and/);
  assert.match(text, /^BEGIN:VCALENDAR\r\n/);
});

test("the person who takes a job over is responsible for it, on record", async () => {
  const created = await api.ask(
    job,
    "/api/jobs",
    post({ kind: "backport", lane: "hand-over", changes: ["1234"] }),
  );
  assert.equal(created.responsible, "deployer");

  const taken = await api.ask(job, `/api/jobs/${created.id}/responsibility`, { method: "POST", as: "admin" });

  assert.deepEqual([taken.requestedBy, taken.responsible], ["deployer", "admin"]);
  const [event] = await query<{ what: string }>(
    api.db,
    "select what from history.events where job_id = $1 order by seq desc limit 1",
    [created.id],
  );
  assert.equal(event?.what, "admin took the job over from deployer.");
  await api.call(`/api/jobs/${created.id}/cancellation`, { method: "POST" });
  const late = await api.refused(`/api/jobs/${created.id}/responsibility`, { method: "POST" });
  assert.equal(late.code, "job_already_ended");
});

/** @returns what the stream has sent so far. */
function collect(body: ReadableStream<Uint8Array>): () => string {
  let text = "";
  const decoder = new TextDecoder();
  void (async () => {
    for await (const chunk of body) text += decoder.decode(chunk, { stream: true });
  })();
  return () => text;
}

test("the facts of a window's changes are stored after what a person does there, without a deadlock", async () => {
  const window = await aWindow([1234]);
  const id = itemOf(window, 1234);
  const facts = {
    status: null,
    isWorkInProgress: null,
    labels: null,
    isMergeable: null,
    dependencies: null,
    unresolvedDependencies: null,
    jobs: [],
    unknown: [],
  };
  let storing: Promise<void> | undefined;
  await transaction(api.db, async (tx) => {
    await lockWindow(tx, window.id);
    storing = transaction(api.db, (other) => storeCheck(other, window.id, [{ id, change: null, facts }]));
    await until("the facts to wait", async () => {
      const waiting = await query(api.db, "select 1 from pg_locks where not granted");
      return waiting.length > 0;
    });
    await storeReport(tx, id, { report: "absent", by: "deployer", jobId: null });
  });
  await storing;

  assert.equal((await read(window.id)).items[0]?.report?.kind, "absent");
});

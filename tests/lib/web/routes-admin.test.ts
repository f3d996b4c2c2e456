// The endpoints of administrators: people, the audit, lanes and hosts.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { addAccount } from "#lib/auth/accounts.ts";
import { issueToken } from "#lib/auth/api-tokens.ts";
import { auditPage, endedSessions, personList } from "#lib/contract/admin.ts";
import { job } from "#lib/contract/job.ts";
import { hostList, laneList } from "#lib/contract/lane.ts";
import type { Role } from "#lib/domain/permission.ts";
import { aJob } from "../../seed/seed.ts";
import { asOperator } from "../../support/origin.ts";
import { until } from "../../support/until.ts";
import { startApi } from "./api.ts";

const api = await startApi(after);
const asAdmin = { as: "admin" } as const;

let count = 0;
async function aPerson(role: Role = "deployer"): Promise<string> {
  count += 1;
  const name = `person-${count}`;
  await addAccount(asOperator(api.db), { name, role, password: "correct horse battery" });
  return name;
}

async function find(name: string) {
  const { people } = await api.ask(personList, "/api/admin/people", asAdmin);
  return people.find((person) => person.name === name);
}

const put = (path: string, body: unknown) => api.call(path, { ...asAdmin, method: "PUT", body });
const remove = (path: string) => api.call(path, { ...asAdmin, method: "DELETE" });

test("an admin sees every account with what depends on it", async () => {
  const name = await aPerson();
  await aJob(api.db, { by: name, lane: "seen" }).running();
  await aJob(api.db, { by: name, lane: "seen" }).queued();

  const found = await find(name);

  const { createdAt, ...facts } = found ?? { createdAt: "" };
  assert.ok(Date.parse(createdAt) > 0);
  assert.deepEqual(facts, {
    name,
    role: "deployer",
    source: "password",
    isDisabled: false,
    lastSeenAt: null,
    secondFactors: [],
    sessions: 0,
    tokens: 0,
    runningJobs: 1,
    queuedJobs: 1,
  });
  assert.ok((await find("admin"))?.lastSeenAt !== null, "the admin who sends the requests was seen");
});

test("a request whose account loses its access while the body is being sent is refused", async () => {
  const freeze = JSON.stringify({ reason: "Maintenance" });
  const held = Promise.withResolvers<void>();
  const rawBody = new ReadableStream<Uint8Array>({
    async start(controller) {
      controller.enqueue(new TextEncoder().encode(freeze.slice(0, 5)));
      await held.promise;
      controller.enqueue(new TextEncoder().encode(freeze.slice(5)));
      controller.close();
    },
  });
  const name = await aPerson("admin");
  const { token } = await issueToken(asOperator(api.db), {
    account: name,
    name: "slow",
    scope: "admin",
    days: 1,
  });
  const path = "/api/lanes/slow-body/freeze";
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const answer = api.call(path, { as: null, method: "PUT", headers, rawBody });
  // The request that follows is handled completely, so the first one is under way.
  await put(`/api/admin/people/${name}/disabled`, { isDisabled: true });

  held.resolve();

  assert.equal((await answer).status, 401);
  const { lanes } = await api.ask(laneList, "/api/lanes", asAdmin);
  assert.ok(lanes.every((lane) => lane.name !== "slow-body"));
});

test("an admin changes a role, disables, enables and deletes an account", async () => {
  const name = await aPerson();
  const path = `/api/admin/people/${name}`;
  assert.equal((await put(`${path}/role`, { role: "admin" })).status, 204);
  assert.equal((await find(name))?.role, "admin");

  const refused = await api.refused(path, { ...asAdmin, method: "DELETE" });
  assert.equal(refused.code, "account_not_disabled");
  assert.equal((await put(`${path}/disabled`, { isDisabled: true })).status, 204);
  assert.equal((await find(name))?.isDisabled, true);
  assert.equal((await put(`${path}/disabled`, { isDisabled: false })).status, 204);
  assert.equal((await find(name))?.isDisabled, false);
  await put(`${path}/disabled`, { isDisabled: true });
  assert.equal((await remove(path)).status, 204);
  assert.equal(await find(name), undefined);
  assert.equal((await api.refused(path, { ...asAdmin, method: "DELETE" })).code, "account_not_found");

  const { events } = await api.ask(auditPage, `/api/admin/audit?target=${name}`, asAdmin);
  assert.deepEqual(
    events.map(({ kind, actor }) => [kind, actor]),
    [
      ["account_deleted", "admin"],
      ["account_disabled", "admin"],
      ["account_enabled", "admin"],
      ["account_disabled", "admin"],
      ["role_changed", "admin"],
      ["account_added", "operator"],
    ],
  );
  assert.equal(events[0]?.channel, "token");
});

test("a disabled person's streams end at once, not at the next heartbeat", async () => {
  const response = await api.call("/api/events/multiplexed", { as: "viewer" });
  const reader = response.body?.getReader();
  assert.ok(reader !== undefined);
  let text = "";
  let isOver = false;
  void (async () => {
    const decoder = new TextDecoder();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      text += decoder.decode(value, { stream: true });
    }
    isOver = true;
  })();
  const heartbeats = () => text.split("event: heartbeat").length - 1;
  await until("the stream to begin", () => text.includes("event: update"));

  await put("/api/admin/people/viewer/disabled", { isDisabled: true });

  await until("the stream to end", () => isOver);
  assert.equal(heartbeats(), 1, "it sends one when it begins");
});

test("a held job is released by an admin only", async () => {
  const name = await aPerson();
  const { id } = await aJob(api.db, { by: name, lane: "held" }).queued();
  await put(`/api/admin/people/${name}/disabled`, { isDisabled: true });
  const path = `/api/jobs/${id}/hold-release`;
  assert.ok((await api.ask(job, `/api/jobs/${id}`)).held !== null);

  assert.equal((await api.refused(path, { method: "POST" })).code, "not_permitted");
  assert.equal((await api.ask(job, path, { ...asAdmin, method: "POST" })).held, null);
  assert.equal((await api.refused(path, { ...asAdmin, method: "POST" })).code, "job_not_held");
});

test("the audit is filtered, paged and exported", async () => {
  const name = await aPerson();
  const role = (wanted: Role) => put(`/api/admin/people/${name}/role`, { role: wanted });
  await role("viewer");
  await role("admin");
  const query = `target=${name}&kind=role_changed&actor=admin`;

  const first = await api.ask(auditPage, `/api/admin/audit?${query}&limit=1`, asAdmin);
  assert.deepEqual(first.events[0]?.details, { from: "viewer", to: "admin" });
  const second = await api.ask(
    auditPage,
    `/api/admin/audit?${query}&limit=1&cursor=${first.nextCursor}`,
    asAdmin,
  );
  assert.deepEqual(second.events[0]?.details, { from: "deployer", to: "viewer" });
  assert.equal(second.nextCursor, null);
  const later = await api.ask(auditPage, `/api/admin/audit?${query}&from=2100-01-01T00:00:00Z`, asAdmin);
  assert.deepEqual(later.events, []);

  const csv = await (await api.call(`/api/admin/audit.csv?${query}`, asAdmin)).text();
  const [head, ...lines] = csv.trimEnd().split("\r\n");
  assert.equal(
    head,
    '"id","at","kind","actor","target","channel","address","userAgent","requestId","details"',
  );
  assert.deepEqual(
    lines.map((line) => /"(\w+)","admin"/.exec(line)?.[1]),
    ["role_changed", "role_changed"],
  );
});

test("sessions of one person or of everyone are ended, and the number is returned", async () => {
  const name = await aPerson();
  const end = (path: string) => api.ask(endedSessions, path, { ...asAdmin, method: "DELETE" });
  assert.deepEqual(await end(`/api/admin/people/${name}/sessions`), { sessions: 0 });
  assert.deepEqual(await end("/api/admin/sessions"), { sessions: 0 });
});

test("lanes and hosts are listed", async () => {
  await aJob(api.db, { lane: "listed" }).running();
  const { lanes } = await api.ask(laneList, "/api/lanes");
  assert.ok(lanes.some(({ name, heldBy }) => name === "listed" && heldBy !== null));
  const { hosts } = await api.ask(hostList, "/api/hosts");
  assert.ok(hosts.some(({ runningJobs }) => runningJobs > 0));
});

test("an admin switches a lane to another host, and drains and undrains a host", async () => {
  await aJob(api.db, { lane: "switched", host: "deploy 1/a" }).running();
  const asAdminTo = (path: string, method: "PUT" | "DELETE", body?: unknown) =>
    api.call(path, { ...asAdmin, method, body });
  const host = encodeURIComponent("deploy 1/a");
  const hostOf = async (name: string) =>
    (await api.ask(laneList, "/api/lanes")).lanes.find((lane) => lane.name === name)?.host;
  const drainOf = async () =>
    (await api.ask(hostList, "/api/hosts")).hosts.find(({ name }) => name === "deploy 1/a")?.drain;

  await asAdminTo("/api/lanes/switched/host", "PUT", { host: "deploy 1/a", reason: "Maintenance" });
  assert.equal(await hostOf("switched"), "deploy 1/a");
  const unknown = { ...asAdmin, method: "PUT", body: { host: "deploy9", reason: "Maintenance" } } as const;
  assert.equal((await api.refused("/api/lanes/switched/host", unknown)).code, "host_not_found");

  await asAdminTo(`/api/hosts/${host}/drain`, "PUT", { reason: "Maintenance" });
  assert.equal((await drainOf())?.reason, "Maintenance");
  await asAdminTo(`/api/hosts/${host}/drain`, "DELETE");
  assert.equal(await drainOf(), null);
});

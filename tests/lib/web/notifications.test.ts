// Notifications over HTTP: settings, devices and watched jobs of the account that sends the request, with real sign-ins.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { notificationState } from "#lib/contract/notification.ts";
import { query } from "#lib/db/connection.ts";
import { DEFAULT_NOTIFICATION_SETTINGS } from "#lib/domain/notification.ts";
import { setPassword } from "#lib/auth/accounts.ts";
import { disableAccount } from "#lib/auth/manage-account.ts";
import { aJob } from "../../seed/seed.ts";
import { type Browser, startPushReceiver } from "../notify/push-receiver.ts";
import { startApi } from "./api.ts";
import { asOperator } from "../../support/origin.ts";

const api = await startApi((clean) => after(clean));
const service = await startPushReceiver((clean) => after(clean));
const PATH = "/api/account/notifications";

/** A public push service: an installation accepts no other. */
function aBrowser(name: string): Browser {
  return { ...service.subscribe(name), endpoint: `https://push.example.org/${name}` };
}

const add = (browser: unknown) =>
  api.call("/api/account/devices", { method: "POST", body: browser, isSignedIn: true });
const read = (as: "deployer" | "viewer" | "admin" = "deployer") => api.ask(notificationState, PATH, { as });
const devicesOf = async () => (await read()).devices.map(({ endpoint }) => endpoint);

test("the defaults apply until a person changes them, and only that person's settings change", async () => {
  assert.deepEqual((await read()).settings, DEFAULT_NOTIFICATION_SETTINGS);
  const settings = {
    jobs: "all",
    jobEnded: false,
    reminderMinutes: null,
    quietHours: { from: "22:00", to: "07:00", timeZone: "Europe/Berlin" },
  };

  assert.equal((await api.call(PATH, { method: "PUT", body: settings })).status, 204);

  assert.deepEqual((await read()).settings, settings);
  assert.deepEqual((await read("viewer")).settings, DEFAULT_NOTIFICATION_SETTINGS);
});

test("settings that make no sense are refused, with the field", async () => {
  for (const [change, field] of [
    [{ jobs: "some" }, "jobs"],
    [{ reminderMinutes: 0 }, "reminderMinutes"],
    [{ reminderMinutes: 1.5 }, "reminderMinutes"],
    [{ quietHours: { from: "25:00", to: "07:00", timeZone: "UTC" } }, "quietHours.from"],
    [{ quietHours: { from: "07:00", to: "07:00", timeZone: "UTC" } }, "quietHours.to"],
    [{ quietHours: { from: "22:00", to: "07:00", timeZone: "Mars/Olympus" } }, "quietHours.timeZone"],
  ] as const) {
    const problem = await api.refused(PATH, {
      method: "PUT",
      body: { ...DEFAULT_NOTIFICATION_SETTINGS, ...change },
    });

    assert.deepEqual(
      problem.errors?.map((error) => error.field),
      [field],
    );
  }
});

test("the public key is the one that the migration created", async () => {
  const { publicKey } = await read();

  const [stored] = await query<{ key: string }>(
    api.db,
    "select public_key as key from notification.vapid_key",
  );
  assert.equal(publicKey, stored?.key);
  assert.equal(Buffer.from(publicKey, "base64url").length, 65);
});

test("a device is added once, however often its browser says so, and removed by its own account only", async () => {
  const browser = aBrowser("laptop");
  assert.equal((await add(browser)).status, 201);
  assert.equal((await add(browser)).status, 201);
  const [device] = (await read()).devices.filter(({ endpoint }) => endpoint === browser.endpoint);
  assert.equal((await devicesOf()).filter((endpoint) => endpoint === browser.endpoint).length, 1);

  const remove = (as: "viewer" | "deployer") =>
    api.call(`/api/account/devices/${device?.id}`, { method: "DELETE", as });
  assert.equal((await remove("viewer")).status, 204);
  assert.ok((await devicesOf()).includes(browser.endpoint));
  assert.equal((await remove("deployer")).status, 204);

  assert.ok(!(await devicesOf()).includes(browser.endpoint));
});

test("a person has at most ten devices: the oldest is removed", async () => {
  for (let count = 1; count <= 11; count += 1) await add(aBrowser(`device-${count}`));

  const endpoints = await devicesOf();
  assert.equal(endpoints.length, 10);
  assert.ok(!endpoints.includes("https://push.example.org/device-1"));
  assert.ok(endpoints.includes("https://push.example.org/device-11"));
});

test("an endpoint that requests must not be sent to, and invalid keys, are refused", async () => {
  const browser = aBrowser("refused");
  for (const [body, field] of [
    [{ ...browser, endpoint: "http://push.example.org/" }, "endpoint"],
    [{ ...browser, endpoint: "https://169.254.169.254/" }, "endpoint"],
    [{ ...browser, endpoint: "https://localhost/" }, "endpoint"],
    [{ ...browser, keys: { p256dh: "AAAA", auth: browser.keys.auth } }, "keys"],
  ] as const) {
    const problem = await api.refused("/api/account/devices", {
      method: "POST",
      body,
      isSignedIn: true,
    });

    assert.equal(problem.code, "unacceptable_value");
    assert.deepEqual(
      problem.errors?.map((error) => error.field),
      [field],
    );
  }
});

test("a person watches a job, and ended jobs are not listed", async () => {
  const job = await aJob(api.db, { lane: "watched", by: "someone" }).running();
  const ended = await aJob(api.db, { lane: "ended", by: "someone" }).succeeded();
  const watch = (id: number, isWatching: boolean) =>
    api.call(`/api/jobs/${id}/watch`, { method: "PUT", body: { isWatching } });

  assert.equal((await watch(job.id, true)).status, 204);
  assert.equal((await watch(ended.id, true)).status, 204);
  assert.deepEqual((await read()).watches, [{ jobId: job.id, isWatching: true }]);
  assert.equal((await watch(job.id, false)).status, 204);
  assert.deepEqual((await read()).watches, [{ jobId: job.id, isWatching: false }]);

  assert.equal((await read("viewer")).watches.length, 0);
  assert.equal((await watch(2_000_000, true)).status, 404);
});

test("a new password and a disabled account end notifications on all devices", async () => {
  const ends = {
    admin: () => setPassword(asOperator(api.db), "admin", "another horse battery"),
    viewer: () => disableAccount(asOperator(api.db), "viewer"),
  };
  for (const [name, end] of Object.entries(ends)) {
    const as = name as keyof typeof ends;
    const body = aBrowser(`phone-of-${name}`);
    await api.call("/api/account/devices", { method: "POST", body, as, isSignedIn: true });
    assert.equal((await read(as)).devices.length, 1);

    await end();

    const left = await query(
      api.db,
      "select 1 from notification.device where endpoint like '%phone-of-' || $1",
      [name],
    );
    assert.equal(left.length, 0, name);
  }
});

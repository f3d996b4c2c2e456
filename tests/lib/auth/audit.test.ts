// What sign-ins, sign-outs and changes of accounts leave in the audit.
import assert from "node:assert/strict";
import { test } from "node:test";
import { recordFailedSignIn } from "#lib/auth/audit-sign-in.ts";
import { addAccount, setPassword } from "#lib/auth/accounts.ts";
import { disableAccount, enableAccount, setRole } from "#lib/auth/manage-account.ts";
import { authenticate } from "#lib/auth/authorise.ts";
import { query } from "#lib/db/connection.ts";
import { asOperator } from "../../support/origin.ts";
import { authWorld, fromPage, PASSWORD, respond, signIn, trySignIn } from "./auth-world.ts";

const world = await authWorld();
const { auth, db } = world;
const operator = asOperator(db);

type Row = { kind: string; actor: string | null; target: string | null; details: Record<string, unknown> };

/** The events that the work leaves, in their order. */
async function eventsOf(work: () => Promise<unknown>): Promise<Row[]> {
  const [last] = await query<{ id: number }>(
    db,
    "select coalesce(max(audit_id), 0) as id from history.audit_events",
  );
  await work();
  return query<Row>(
    db,
    "select kind, actor, target, details from history.audit_events where audit_id > $1 order by audit_id",
    [last?.id],
  );
}

test("a sign-in, a failed one and a sign-out are recorded with where they came from", async () => {
  const name = await world.person("deployer");
  const request = fromPage("/api/auth/sign-in/username", {
    method: "POST",
    body: { username: name.toUpperCase(), password: PASSWORD },
  });
  request.headers.set("x-forwarded-for", "192.0.2.77");
  request.headers.set("user-agent", `Firefox ${"x".repeat(1000)}`);
  request.headers.set("x-request-id", "request-1");

  const events = await eventsOf(async () => {
    await respond(request, auth);
    await trySignIn(auth, name, "a wrong password");
    const cookie = await signIn(auth, name);
    await respond(fromPage("/api/auth/sign-out", { method: "POST", cookie }), auth);
    await respond(fromPage("/api/auth/sign-out", { method: "POST", cookie }), auth);
  });

  const method = "password";
  assert.deepEqual(events, [
    { kind: "signed_in", actor: name, target: name, details: { method } },
    { kind: "sign_in_failed", actor: null, target: name, details: { method, reason: "sign_in_refused" } },
    { kind: "signed_in", actor: name, target: name, details: { method } },
    { kind: "signed_out", actor: name, target: name, details: {} },
  ]);
  const [first] = await query(
    db,
    `select channel, address, length(user_agent) as length, request_id
     from history.audit_events where target = $1 and kind = 'signed_in' order by audit_id limit 1`,
    [name],
  );
  assert.deepEqual(first, {
    channel: "session",
    address: "192.0.2.77",
    length: 500,
    request_id: "request-1",
  });
});

test("a header that looks like an API token does not change how a sign-in is recorded", async () => {
  const name = await world.person("viewer");
  const body = { username: name, password: PASSWORD };
  const request = fromPage("/api/auth/sign-in/username", { method: "POST", body });
  request.headers.set("authorization", "Bearer of-no-account");

  assert.equal((await respond(request, auth)).status, 204);

  const recorded = await query(db, "select channel from history.audit_events where target = $1 order by 1", [
    name,
  ]);
  assert.deepEqual(recorded, [{ channel: "command_line" }, { channel: "session" }]);
});

test("a browser that signs in again loses its earlier session, also that of another person", async () => {
  const [first, second] = [await world.person("viewer"), await world.person("viewer")];
  const cookie = await signIn(auth, first);
  const otherBrowser = await signIn(auth, first);
  const body = { username: second, password: PASSWORD };

  const events = await eventsOf(() =>
    respond(fromPage("/api/auth/sign-in/username", { method: "POST", cookie, body }), auth),
  );

  const isSignedIn = async (given: string) =>
    (await authenticate(fromPage("/", { cookie: given }), auth)) !== undefined;
  assert.deepEqual([await isSignedIn(cookie), await isSignedIn(otherBrowser)], [false, true]);
  assert.deepEqual(
    events.map(({ kind, actor, target }) => ({ kind, actor, target })),
    [
      { kind: "signed_in", actor: second, target: second },
      { kind: "sessions_ended", actor: second, target: first },
    ],
  );
});

test("what was entered as the name of an account that does not exist is not stored: it may be a password", async () => {
  const events = await eventsOf(() => trySignIn(auth, "hunter2", "x"));

  assert.deepEqual(
    events.map(({ kind, target }) => ({ kind, target })),
    [{ kind: "sign_in_failed", target: null }],
  );
});

test("attempts of unknown people from one address do not fill the audit, and those from other addresses are recorded", async () => {
  const attempt = { name: undefined, method: "passkey", reason: "passkey_refused" };
  const from = (address: string) => recordFailedSignIn(db, { channel: "session", address }, attempt);

  const flood = await eventsOf(async () => {
    for (let count = 0; count < 50; count += 1) await from("192.0.2.50");
  });
  const other = await eventsOf(() => from("192.0.2.51"));

  assert.ok(flood.length >= 1 && flood.length < 25, `${flood.length} of 50`);
  assert.equal(other.length, 1);
});

test("an attempt to sign in to a disabled account is recorded with that reason", async () => {
  const name = await world.person("viewer");
  await disableAccount(operator, name);

  const [event] = await eventsOf(() => trySignIn(auth, name));

  assert.deepEqual([event?.kind, event?.details["reason"]], ["sign_in_failed", "account_disabled"]);
});

test("each change of an account is recorded once, and what changes nothing is not", async () => {
  const events = await eventsOf(async () => {
    await addAccount(operator, { name: "alice", role: "viewer", password: PASSWORD });
    await assert.rejects(addAccount(operator, { name: "alice", role: "admin", password: PASSWORD }));
    await setRole(operator, "alice", "deployer");
    await setRole(operator, "alice", "deployer");
    await setPassword(operator, "alice", "another horse battery");
    await signIn(auth, "alice", "another horse battery");
    await disableAccount(operator, "alice");
    await enableAccount(operator, "alice");
    await enableAccount(operator, "alice");
  });

  const target = "alice";
  assert.deepEqual(
    events.filter(({ kind }) => kind !== "signed_in"),
    [
      { kind: "account_added", actor: "operator", target, details: { role: "viewer" } },
      { kind: "role_changed", actor: "operator", target, details: { from: "viewer", to: "deployer" } },
      { kind: "password_changed", actor: "operator", target, details: {} },
      {
        kind: "account_disabled",
        actor: "operator",
        target,
        details: { sessions: 1, tokens: 0, heldJobs: 0 },
      },
      { kind: "account_enabled", actor: "operator", target, details: {} },
    ],
  );
});

test("an admin cannot change their own account from the page, so that one admin remains", async () => {
  const context = { db, origin: { channel: "session" }, actor: "alice" } as const;
  for (const change of [() => setRole(context, "alice", "viewer"), () => disableAccount(context, "alice")]) {
    await assert.rejects(change(), { code: "own_account" });
  }
  await assert.rejects(disableAccount(context, "no-such-account"), { code: "account_not_found" });
});

// The account page over HTTP: what needs a fresh proof of identity, and what it changes.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { issuedToken, ownAccount } from "#lib/contract/own-account.ts";
import { query } from "#lib/db/connection.ts";
import { startApi } from "./api.ts";

const api = await startApi((clean) => after(clean));
const PASSWORD = "correct horse battery";
const TOKENS = "/api/account/tokens";
const NEW_TOKEN = { name: "ci", scope: "read", days: 30 };

const read = (as: "deployer" | "viewer" = "deployer") =>
  api.ask(ownAccount, "/api/account", { isSignedIn: true, as });
const confirm = (password: string) =>
  api.call("/api/account/confirmation", { method: "POST", body: { password }, isSignedIn: true });

async function forgetConfirmation(): Promise<void> {
  await query(api.db, "update auth.session set confirmed_at = now() - interval '1 hour'");
}

test("an API token can neither read nor change the account that it belongs to", async () => {
  for (const [method, path, body] of [
    ["GET", "/api/account", undefined],
    ["POST", TOKENS, NEW_TOKEN],
    ["POST", "/api/account/authenticator-app", undefined],
    ["DELETE", "/api/account/sessions", undefined],
  ] as const) {
    const { code } = await api.refused(path, { method, body, as: "admin" });
    assert.equal(code, "not_permitted", `${method} ${path}`);
  }
});

test("tokens and second factors are changed only after a fresh proof of identity", async () => {
  await read();
  await forgetConfirmation();
  const create = () => api.call(TOKENS, { method: "POST", body: NEW_TOKEN, isSignedIn: true });
  for (const [method, path] of [
    ["POST", "/api/account/authenticator-app"],
    ["POST", "/api/account/passkey-creation"],
    ["DELETE", "/api/account/passkeys/1"],
    ["POST", "/api/account/recovery-codes"],
  ] as const) {
    const { code } = await api.refused(path, { method, isSignedIn: true });
    assert.equal(code, "confirmation_required", `${method} ${path}`);
  }
  assert.equal((await create()).status, 403);
  assert.equal((await confirm("wrong horse battery")).status, 403);
  assert.equal((await create()).status, 403);

  assert.equal((await confirm(PASSWORD)).status, 204);

  assert.equal((await create()).status, 201);
});

test("a token is shown once, is listed with its last use, and is revoked by its owner only", async () => {
  await read();
  await confirm(PASSWORD);
  const { id, token } = await api.ask(issuedToken, TOKENS, {
    method: "POST",
    body: NEW_TOKEN,
    isSignedIn: true,
  });
  const use = () =>
    api
      .call("/api/jobs", { as: null, headers: { authorization: `Bearer ${token}` } })
      .then(({ status }) => status);

  assert.equal(await use(), 200);

  const account = await read();
  assert.ok(!JSON.stringify(account).includes(token));
  const listed = account.tokens.find((one) => one.id === id);
  assert.equal(listed?.scope, "read");
  assert.ok(listed?.lastUsedAt !== null);
  const revoke = (as: "deployer" | "viewer") =>
    api.call(`${TOKENS}/${id}`, { method: "DELETE", isSignedIn: true, as });
  assert.equal((await revoke("viewer")).status, 404);
  assert.equal(await use(), 200);
  assert.equal((await revoke("deployer")).status, 204);
  assert.equal(await use(), 401);
});

test("a person ends a session, and all others at once", async () => {
  await read();
  const signIn = () => api.signIn("deployer");
  const [first, second] = [await signIn(), await signIn()];
  const status = async (cookie: string) =>
    (await api.call("/api/jobs", { as: null, headers: { cookie } })).status;
  const [session] = (await read()).sessions.filter(({ isCurrent }) => !isCurrent);
  assert.ok(session !== undefined);

  const ended = await api.call(`/api/account/sessions/${session.id}`, { method: "DELETE", isSignedIn: true });

  assert.equal(ended.status, 204);
  assert.deepEqual(
    [await status(first), await status(second)].toSorted((a, b) => a - b),
    [200, 401],
  );
  await api.call("/api/account/sessions", { method: "DELETE", isSignedIn: true });
  assert.deepEqual([await status(first), await status(second)], [401, 401]);
  assert.deepEqual(
    (await read()).sessions.map(({ isCurrent }) => isCurrent),
    [true],
  );
  const another = (await read("viewer")).sessions[0];
  const foreign = await api.refused(`/api/account/sessions/${another?.id}`, {
    method: "DELETE",
    isSignedIn: true,
  });
  assert.equal(foreign.code, "not_found");
});

test("a new password needs the current one, and ends the other sessions, and the API tokens if the person says so", async () => {
  await read();
  const other = await api.signIn("deployer");
  const change = (current: string, next: string, options = {}) =>
    api.call("/api/account/password", {
      method: "PUT",
      body: { current, next, ...options },
      isSignedIn: true,
    });

  assert.equal((await change("wrong horse battery", "another horse battery")).status, 403);
  assert.equal((await change(PASSWORD, "short")).status, 422);
  assert.equal((await change(PASSWORD, "another horse battery")).status, 204);

  assert.equal((await api.call("/api/jobs", { as: null, headers: { cookie: other } })).status, 401);
  assert.equal((await read()).sessions.length, 1);
  assert.equal((await confirm(PASSWORD)).status, 403);
  assert.equal((await confirm("another horse battery")).status, 204);
  const withToken = () => api.call("/api/jobs", { as: "deployer" }).then(({ status }) => status);
  assert.equal(await withToken(), 200);
  assert.equal((await change("another horse battery", PASSWORD, { revokesTokens: true })).status, 204);
  assert.equal(await withToken(), 401);
});

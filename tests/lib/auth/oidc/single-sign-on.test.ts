// Sign-in by an identity provider: who gets in, and with what. The provider is a real one; only its ID tokens are altered.
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, test } from "node:test";
import type { JWTPayload } from "jose";
import { query } from "#lib/db/connection.ts";
import { cancelJob } from "#lib/actions/cancel-job.ts";
import { linkAccount } from "#lib/auth/accounts.ts";
import { issueToken } from "#lib/auth/api-tokens.ts";
import { disableAccount } from "#lib/auth/manage-account.ts";
import { authenticate } from "#lib/auth/authorise.ts";
import { aJob } from "../../../seed/seed.ts";
import { until } from "../../../support/until.ts";
import { fromPage, respond, signIn, trySignIn, withToken } from "../auth-world.ts";
import { finish, problemIn, signInAtProvider, signInWithSso, ssoWorld, start, trySso } from "./sso-world.ts";

let codeSeconds = 60;
const world = await ssoWorld({
  codeSeconds: () => codeSeconds,
  people: [
    { name: "ada", fullName: "Ada", groups: ["staff", "deployers"] },
    { name: "bruno", fullName: "Bruno", groups: ["sre", "staff"] },
    { name: "chidi", fullName: "Chidi", groups: ["staff"] },
    { name: "dana", fullName: "Dana", groups: ["visitors"] },
    { name: "mover", fullName: "Mover", groups: ["deployers"] },
    { name: "viewer-1", fullName: "Named like a local account", groups: ["staff"] },
    { name: "gone", fullName: "Gone", groups: ["staff"] },
    { name: "linked", fullName: "Linked", groups: ["staff"] },
    { name: "renamed", fullName: "Renamed", groups: ["staff"] },
  ],
});
const { auth, db, sso } = world;

async function whoIs(cookie: string) {
  const user = await authenticate(fromPage("/", { cookie }), auth);
  return user === undefined ? undefined : { name: user.name, role: user.role };
}

test("people get the highest role of their groups", async () => {
  const roles = { ada: "deployer", bruno: "admin", chidi: "viewer" };
  for (const [name, role] of Object.entries(roles)) {
    assert.deepEqual(await whoIs(await signInWithSso(auth, name)), { name, role });
  }
  const events = await query<{ kind: string; target: string; details: object }>(
    db,
    "select kind, target, details from spiderpig.audit_event where target = 'ada' order by id",
  );
  assert.deepEqual(events, [
    { kind: "account_added", target: "ada", details: { role: "deployer", source: "single_sign_on" } },
    { kind: "signed_in", target: "ada", details: { method: "single_sign_on" } },
  ]);
});

test("a person who is in no group is refused, and no account is created", async () => {
  const answer = await trySso(auth, "dana");

  assert.equal(problemIn(answer), "sso_no_group");
  assert.doesNotMatch(answer.headers.getSetCookie().join(), /session/);
  assert.deepEqual(await query(db, `select 1 from auth."user" where username = 'dana'`), []);
});

test("the browser continues at the requested page, and at no other site", async () => {
  for (const [next, expected] of [
    ["/jobs/12?tab=log", "/jobs/12?tab=log"],
    ["https://evil.example/", "/"],
    ["//evil.example", "/"],
  ] as const) {
    assert.equal((await trySso(auth, "ada", next)).headers.get("location"), expected);
  }
});

test("a role that has changed at the provider is applied at the next sign-in", async () => {
  const before = await signInWithSso(auth, "mover");
  sso.setGroups("mover", ["staff"]);
  const after = await signInWithSso(auth, "mover");

  assert.deepEqual(await whoIs(after), { name: "mover", role: "viewer" });
  assert.deepEqual(await whoIs(before), { name: "mover", role: "viewer" }, "in every session");
});

test("a sign-in without a group ends the sessions that the person has", async () => {
  const before = await signInWithSso(auth, "gone");
  sso.setGroups("gone", []);

  assert.equal(problemIn(await trySso(auth, "gone")), "sso_no_group");
  assert.equal(await whoIs(before), undefined);
});

test("an account with a password is never linked by its name", async () => {
  const local = await world.person("viewer");
  assert.equal(local, "viewer-1");

  assert.equal(problemIn(await trySso(auth, "viewer-1")), "sso_name_taken");
  assert.equal((await trySignIn(auth, local)).status, 204, "the local account is as before");
});

test("an admin links an account to a person, who signs in to it by single sign-on only", async () => {
  const operator = { db, origin: { channel: "command_line" }, actor: "root" } as const;
  const [linked, other] = [await world.person("admin"), await world.person("viewer")];
  const cookie = await signIn(auth, linked);
  const { token } = await issueToken(operator, { account: linked, name: "ci", scope: "read", days: 1 });
  const useToken = () => authenticate(withToken("/", token), auth);
  const subject = { issuer: sso.url, subject: "linked" };

  await linkAccount(operator, linked, subject);

  assert.equal(await whoIs(cookie), undefined);
  assert.equal((await trySignIn(auth, linked)).status, 401);
  assert.equal(await useToken(), undefined, "the provider has not confirmed the person yet");
  await assert.rejects(linkAccount(operator, other, subject), /is linked to this person/);
  assert.deepEqual(await whoIs(await signInWithSso(auth, "linked")), { name: "linked", role: "viewer" });
  assert.equal((await useToken())?.name, "linked", "the name of the provider, the same account");
});

test("a person whose name changes at the provider keeps the earlier one until their jobs have ended", async () => {
  const operator = { db, origin: { channel: "command_line" }, actor: "root" } as const;
  const before = await world.person("viewer");
  const { id } = await aJob(db, { by: before, lane: "renamed" }).queued();
  await linkAccount(operator, before, { issuer: sso.url, subject: "renamed" });

  const role = "viewer";
  assert.deepEqual(await whoIs(await signInWithSso(auth, "renamed")), { name: before, role });

  await cancelJob({ db }, { id: "1", name: "bob", role: "deployer" }, id);
  assert.deepEqual(await whoIs(await signInWithSso(auth, "renamed")), { name: "renamed", role });
});

test("a disabled account stays disabled, whatever the provider says", async () => {
  await signInWithSso(auth, "bruno");
  await disableAccount({ db, origin: { channel: "command_line" }, actor: "root" }, "bruno");

  assert.equal(problemIn(await trySso(auth, "bruno")), "account_disabled");
});

test("a person who cancels at the provider is sent back with the reason", async () => {
  assert.equal(problemIn(await trySso(auth, "")), "sso_refused");
});

test("a response counts only in the browser that began, and with the state that it began with", async () => {
  const { url, cookie } = await start(auth);
  const address = await signInAtProvider(url, "ada");
  const other = await start(auth);
  const wrongState = address.replace(/state=[^&]+/, "state=guessed");

  assert.equal(problemIn(await finish(auth, address, "")), "sso_failed", "no cookie");
  assert.equal(
    problemIn(await finish(auth, address, other.cookie)),
    "sso_failed",
    "the cookie of another sign-in",
  );
  assert.equal(problemIn(await finish(auth, wrongState, cookie)), "sso_failed", "another state");
  assert.equal(problemIn(await finish(auth, address, `${cookie}x`)), "sso_failed", "a changed cookie");
  assert.equal((await finish(auth, address, cookie)).headers.get("location"), "/");
});

test("a code is valid once, and the cookie of the sign-in is removed with the first response", async () => {
  const { url, cookie } = await start(auth);
  const address = await signInAtProvider(url, "ada");

  const first = await finish(auth, address, cookie);
  const second = await finish(auth, address, cookie);

  assert.match(first.headers.getSetCookie().join("\n"), /^__Host-spiderpig\.sso=;.*Max-Age=0/m);
  assert.equal(problemIn(second), "sso_refused");
});

test("an expired code is refused", async () => {
  const { url, cookie } = await start(auth);
  codeSeconds = 1;
  const address = await signInAtProvider(url, "ada").finally(() => {
    codeSeconds = 60;
  });
  const code = new URL(address).searchParams.get("code") ?? "";
  await until(
    "the code to expire",
    async () => (await sso.provider.AuthorizationCode.find(code)) === undefined,
  );

  assert.equal(problemIn(await finish(auth, address, cookie)), "sso_refused");
});

test("a response of another issuer is refused", async () => {
  const { url, cookie } = await start(auth);
  const address = new URL(await signInAtProvider(url, "ada"));
  assert.equal(address.searchParams.get("iss"), sso.url);
  address.searchParams.set("iss", "https://other-idp.example");

  assert.equal(problemIn(await finish(auth, address.href, cookie)), "sso_failed");
});

const now = () => Math.floor(Date.now() / 1000);
const ALTERATIONS: Record<string, (claims: JWTPayload) => JWTPayload> = {
  "another nonce": (claims) => ({ ...claims, nonce: "replayed" }),
  "no nonce": (claims) => ({ ...claims, nonce: undefined }),
  "another audience": (claims) => ({ ...claims, aud: "another-client" }),
  "several audiences without this client as authorized party": (claims) => ({
    ...claims,
    aud: ["spiderpig", "another-client"],
    azp: "another-client",
  }),
  "another issuer": (claims) => ({ ...claims, iss: "https://other-idp.example" }),
  "an end in the past": (claims) => ({ ...claims, exp: now() - 120 }),
  "another subject than the userinfo": (claims) => ({ ...claims, sub: "bruno" }),
};

for (const [what, change] of Object.entries(ALTERATIONS)) {
  test(`an ID token with ${what} is refused`, async () => {
    world.alterIdTokens(change);
    const answer = await trySso(auth, "ada");
    world.alterIdTokens(undefined);

    assert.equal(problemIn(answer), "sso_failed");
    assert.doesNotMatch(answer.headers.getSetCookie().join(), /session/);
  });
}

test("an ID token that is signed with another key is refused", async () => {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  world.alterIdTokens((claims) => claims, privateKey.export({ format: "jwk" }));
  const answer = await trySso(auth, "ada");
  world.alterIdTokens(undefined);

  assert.equal(problemIn(answer), "sso_failed");
});

test("clocks may differ by some seconds", async () => {
  world.alterIdTokens((claims) => ({ ...claims, iat: now() + 20, exp: now() - 10 }));
  const answer = await trySso(auth, "ada");
  world.alterIdTokens(undefined);

  assert.equal(answer.headers.get("location"), "/");
});

test("a required acr or amr is checked, and the acr is requested", async () => {
  const strict = world.open({ oidc: { ...world.oidc, requiredAcr: ["mfa"], requiredAmr: ["otp", "hwk"] } });
  const { url } = await start(strict);
  assert.equal(new URL(url).searchParams.get("acr_values"), "mfa");
  const attempt = async (claims: JWTPayload) => {
    world.alterIdTokens((before) => ({ ...before, ...claims }));
    const answer = await trySso(strict, "ada");
    world.alterIdTokens(undefined);
    return problemIn(answer);
  };

  assert.equal(await attempt({}), "sso_not_strong");
  assert.equal(await attempt({ acr: "mfa", amr: ["pwd"] }), "sso_not_strong");
  assert.equal(await attempt({ acr: "password", amr: ["hwk"] }), "sso_not_strong");
  assert.equal(await attempt({ acr: "mfa", amr: ["pwd", "hwk"] }), undefined);
});

test("while the provider is down or hangs, sign-in with it says so, and passwords and sessions work", async () => {
  const session = await signInWithSso(auth, "ada");
  const local = await world.person("deployer");
  const hanging = createServer(() => undefined);
  await new Promise<void>((resolve) => hanging.listen(0, "127.0.0.1", resolve));
  after(() => {
    hanging.closeAllConnections();
    hanging.close();
  });
  const { port } = hanging.address() as AddressInfo;
  for (const issuer of ["http://127.0.0.1:1", `http://127.0.0.1:${port}`]) {
    const cut = world.open({ oidc: { ...world.oidc, issuer } });
    const refused = respond(fromPage("/api/auth/sso/start", { method: "POST", body: { next: "/" } }), cut);

    assert.equal((await trySignIn(cut, local)).status, 204);
    assert.ok(await authenticate(fromPage("/", { cookie: session }), cut));
    const answer = await refused;
    assert.equal(answer.status, 502);
    assert.equal(((await answer.json()) as { code: string }).code, "sso_unreachable");
  }
});

test("with local accounts turned off, only those that are named can be used", async () => {
  const [deployer, emergency] = [await world.person("deployer"), await world.person("admin")];
  const cookie = await signIn(auth, deployer);
  const restricted = world.open({ localAccounts: [emergency] });

  assert.equal((await trySignIn(restricted, deployer)).status, 403);
  assert.equal(await authenticate(fromPage("/", { cookie }), restricted), undefined);
  assert.equal((await trySignIn(restricted, emergency)).status, 204);
  assert.equal((await trySignIn(world.open({ localAccounts: "off" }), emergency)).status, 403);
  await signInWithSso(restricted, "ada");
});

test("without the settings nothing of single sign-on can be used", async () => {
  const plain = world.open({ oidc: undefined });
  const session = await signInWithSso(auth, "ada");
  const started = await respond(
    fromPage("/api/auth/sso/start", { method: "POST", body: { next: "/" } }),
    plain,
  );
  const finished = await respond(fromPage("/api/auth/sso/callback?code=1&state=2"), plain);

  assert.deepEqual([started.status, finished.status], [404, 404]);
  assert.equal(await authenticate(fromPage("/", { cookie: session }), plain), undefined);
});

test("what the provider supports is read from its metadata", async () => {
  const features = { refreshTokens: true, signOut: true, backchannelLogout: true };
  assert.deepEqual(await auth.sso?.provider.features(), features);
});

test("a page of another site cannot begin a sign-in", async () => {
  const request = fromPage("/api/auth/sso/start", { method: "POST", body: { next: "/" } });
  request.headers.set("origin", "https://evil.example");
  assert.equal((await respond(request, auth)).status, 403);
});

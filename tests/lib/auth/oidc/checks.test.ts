// Access that ends at the identity provider ends here as well: by reading the groups again, and by logout on either side.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, test } from "node:test";
import { SignJWT, importJWK } from "jose";
import { issueToken } from "#lib/auth/api-tokens.ts";
import { authenticate, mayStill } from "#lib/auth/authorise.ts";
import { checkDueSessions, startChecks, tokensSchema } from "#lib/auth/oidc/checks.ts";
import { open } from "#lib/auth/oidc/sealed.ts";
import { query } from "#lib/db/connection.ts";
import { createLog } from "#lib/log.ts";
import { aJob } from "../../../seed/seed.ts";
import { asOperator } from "../../../support/origin.ts";
import { until } from "../../../support/until.ts";
import { fromPage, PUBLIC_URL, respond, SECRET, signIn, withToken } from "../auth-world.ts";
import { CHECK_MS, signInWithSso, ssoWorld } from "./sso-world.ts";

const log = createLog("test");
/** Passes what the provider reports on to SpiderPig. */
const receiver = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on("data", (part: Buffer) => parts.push(part));
  request.on("end", () => {
    const logout = new Request(`${PUBLIC_URL}/api/auth/sso/logout`, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: Buffer.concat(parts).toString(),
    });
    void respond(logout, auth).then(({ status }) => response.writeHead(status).end());
  });
});
await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
after(() => receiver.close());

const people = ["ada", "bruno", "chidi", "dana", "erin", "femi"];
const world = await ssoWorld({
  people: people.map((name) => ({ name, fullName: name, groups: ["deployers"] })),
  backchannelLogoutUrl: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`,
});
const { auth, db, sso } = world;

const whoIs = async (cookie: string) => (await authenticate(fromPage("/", { cookie }), auth))?.role;

/** As if the interval had passed. */
async function checkAll(using = auth): Promise<void> {
  await query(db, "update auth.sso_session set check_at = now()");
  await checkDueSessions(using, log);
}

/** Why sessions of the person have ended, without the person. */
async function recordedEnds(name: string): Promise<unknown[]> {
  const ends = await query<{ details: object }>(
    db,
    "select details from spiderpig.audit_event where kind = 'sessions_ended' and target = $1 order by id",
    [name],
  );
  return ends.map(({ details }) => details);
}

test("a person who has lost the groups is signed out everywhere, with streams and API tokens, and queued jobs are held", async () => {
  const [one, two] = [await signInWithSso(auth, "ada"), await signInWithSso(auth, "ada")];
  const { token } = await issueToken(asOperator(db), {
    account: "ada",
    name: "ci",
    scope: "deploy",
    days: 30,
  });
  await checkAll();
  assert.deepEqual([await whoIs(one), await whoIs(two)], ["deployer", "deployer"]);
  assert.ok(await authenticate(withToken("/", token), auth));

  const { id } = await aJob(db, { lane: "of-ada", by: "ada" }).queued();
  sso.setGroups("ada", ["visitors"]);
  await checkAll();

  assert.deepEqual([await whoIs(one), await whoIs(two)], [undefined, undefined]);
  assert.equal(
    await mayStill(fromPage("/api/events", { cookie: one }), "view", auth),
    false,
    "open streams end",
  );
  assert.equal(await authenticate(withToken("/", token), auth), undefined);
  const [job] = await query(db, "select held_reason as reason from spiderpig.job where id = $1", [id]);
  assert.deepEqual(job, { reason: "The identity provider no longer gives ada access." });
  assert.deepEqual(await recordedEnds("ada"), [{ sessions: 2, heldJobs: 1, reason: "no group" }]);

  sso.setGroups("ada", ["deployers"]);
  await signInWithSso(auth, "ada");
  assert.ok(await authenticate(withToken("/", token), auth), "the token works again after the next sign-in");
});

test("the role follows the groups while the person is signed in", async () => {
  const cookie = await signInWithSso(auth, "bruno");
  for (const [group, role] of [
    ["sre", "admin"],
    ["staff", "viewer"],
  ] as const) {
    sso.setGroups("bruno", [group]);
    await checkAll();
    assert.equal(await whoIs(cookie), role);
  }
});

test("sessions are checked within the interval, each by one web process", async () => {
  await signInWithSso(auth, "chidi");
  const [due] = await query<{ seconds: number }>(
    db,
    "select extract(epoch from max(check_at) - now())::float8 as seconds from auth.sso_session",
  );
  assert.ok((due?.seconds ?? Infinity) * 1000 < CHECK_MS * 0.7, `due in ${due?.seconds} s`);
  const cookie = await signInWithSso(auth, "chidi");
  let renewals = 0;
  const count = () => (renewals += 1);
  sso.provider.on("grant.success", count);
  await query(db, "update auth.sso_session set check_at = now()");
  const [{ sessions } = { sessions: 0 }] = await query<{ sessions: number }>(
    db,
    "select count(*)::integer as sessions from auth.sso_session",
  );
  await Promise.all([auth, world.open({})].map((each) => checkDueSessions(each, log)));
  sso.provider.off("grant.success", count);

  assert.equal(renewals, sessions);
  assert.equal(await whoIs(cookie), "deployer");
});

test("checks run by themselves", async () => {
  const hasty = world.open({ oidc: { ...world.oidc, checkMs: 500 } });
  const cookie = await signInWithSso(hasty, "dana");
  const checks = startChecks(hasty, log);
  after(() => checks.stop());
  sso.setGroups("dana", []);

  await until("the session to end", async () => (await whoIs(cookie)) === undefined);
  checks.stop();
});

test("while the provider is unavailable, sessions and API tokens continue", async () => {
  const cookie = await signInWithSso(auth, "erin");
  const { token } = await issueToken(asOperator(db), {
    account: "erin",
    name: "ci",
    scope: "read",
    days: 30,
  });
  await query(db, "update auth.sso_session set issuer = 'http://127.0.0.1:1'");
  const cut = world.open({ oidc: { ...world.oidc, issuer: "http://127.0.0.1:1" } });
  await checkAll(cut);
  await query(db, "update auth.sso_session set issuer = $1", [sso.url]);

  assert.ok(await authenticate(fromPage("/", { cookie }), cut));
  assert.ok(await authenticate(withToken("/", token), cut));
});

test("an API token stops when the provider has not confirmed the person for a week", async () => {
  const { token } = await issueToken(asOperator(db), {
    account: "erin",
    name: "old",
    scope: "read",
    days: 30,
  });
  const age = (days: number) =>
    query(
      db,
      `update auth."user" set sso_confirmed_at = now() - $1 * interval '1 day' where username = 'erin'`,
      [days],
    );
  await age(6.9);
  assert.ok(await authenticate(withToken("/", token), auth));
  await age(7.1);
  assert.equal(await authenticate(withToken("/", token), auth), undefined);
  await age(0);
});

test("a session whose tokens the provider does not renew ends, and the person's others continue", async () => {
  const [one, two] = [await signInWithSso(auth, "erin"), await signInWithSso(auth, "erin")];
  const [{ sealed } = { sealed: "" }] = await query<{ sealed: string }>(
    db,
    `select s.tokens as sealed from auth.sso_session s join auth.session a on a.id = s.session_id
     where s.subject = 'erin' order by a.created_at desc limit 1`,
  );
  const { refreshToken = "" } = (await open(SECRET, tokensSchema, sealed)) ?? {};
  await (await sso.provider.RefreshToken.find(refreshToken))?.destroy();
  await checkAll();

  assert.equal(await whoIs(two), undefined);
  assert.equal(await whoIs(one), "deployer");
});

test("signing out leads to the provider, which ends its session as well", async () => {
  const session = await signInWithSso(auth, "femi");
  const answer = await respond(fromPage("/api/auth/sign-out", { method: "POST", cookie: session }), auth);
  const { continueAt } = (await answer.json()) as { continueAt: string };

  const query = new URL(continueAt).searchParams;
  assert.ok(continueAt.startsWith(`${sso.url}/session/end?`));
  assert.equal(query.get("post_logout_redirect_uri"), `${PUBLIC_URL}/sign-in`);
  assert.ok(query.get("id_token_hint"));
  assert.equal(await whoIs(session), undefined);
});

test("a local session is signed out without the provider", async () => {
  const cookie = await signIn(auth, await world.person("viewer"));
  const answer = await respond(fromPage("/api/auth/sign-out", { method: "POST", cookie }), auth);
  assert.deepEqual(await answer.json(), { continueAt: null });
});

const LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout";

async function logoutToken(claims: object, ageSeconds = 0): Promise<Response> {
  const key = await importJWK(sso.key, "ES256");
  const token = await new SignJWT({
    iss: sso.url,
    aud: "spiderpig",
    jti: randomUUID(),
    events: { [LOGOUT_EVENT]: {} },
    ...claims,
  })
    .setProtectedHeader({ alg: "ES256", kid: "sandbox", typ: "logout+jwt" })
    .setIssuedAt(Math.floor(Date.now() / 1000) - ageSeconds)
    .setExpirationTime("2 minutes")
    .sign(key);
  return report(token);
}

function report(token: string): Promise<Response> {
  const body = new URLSearchParams({ logout_token: token });
  return respond(new Request(`${PUBLIC_URL}/api/auth/sso/logout`, { method: "POST", body }), auth);
}

test("a session that ends at the provider ends here at once, and only that one", async () => {
  const [one, two] = [await signInWithSso(auth, "femi"), await signInWithSso(auth, "femi")];
  const sids = await query<{ sid: string }>(
    db,
    `select s.sid from auth.sso_session s join auth.session a on a.id = s.session_id
     where s.subject = 'femi' order by a.created_at`,
  );
  assert.equal(sids.length, 2);

  assert.equal((await logoutToken({ sub: "femi", sid: sids[0]?.sid })).status, 204);
  assert.deepEqual([await whoIs(one), await whoIs(two)], [undefined, "deployer"]);
  assert.equal((await logoutToken({ sub: "femi" })).status, 204);
  assert.equal(await whoIs(two), undefined);
  assert.equal((await recordedEnds("femi")).length, 2);
});

test("a logout token that is not one, or not for us, or old, ends nothing", async () => {
  const cookie = await signInWithSso(auth, "femi");
  const answers = [
    await logoutToken({ sub: "femi", aud: "another-client" }),
    await logoutToken({ sub: "femi", iss: "https://other-idp.example" }),
    await logoutToken({ sub: "femi", events: undefined }),
    await logoutToken({ sub: "femi", nonce: "of an ID token" }),
    await logoutToken({}),
    await logoutToken({ sub: "femi", jti: undefined }),
    await logoutToken({ sub: "femi" }, 600),
    await report("not.a.token"),
    await report(""),
  ];

  assert.deepEqual(
    answers.map(({ status }) => status),
    answers.map(() => 400),
  );
  assert.equal(await whoIs(cookie), "deployer");
});

test("a logout token is accepted once: a copy does not end a session that began after it", async () => {
  const claims = { sub: "femi", jti: "a token that is sent twice" };
  assert.equal((await logoutToken(claims)).status, 204);
  const cookie = await signInWithSso(auth, "femi");

  assert.equal((await logoutToken(claims)).status, 400);

  assert.equal(await whoIs(cookie), "deployer");
});

test("the provider's own report of a logout is understood", async () => {
  const cookie = await signInWithSso(auth, "femi");
  const [{ sid } = { sid: "" }] = await query<{ sid: string }>(
    db,
    "select sid from auth.sso_session where subject = 'femi' order by check_at desc limit 1",
  );
  const client = await sso.provider.Client.find("spiderpig");
  await (
    client as unknown as { backchannelLogout(sub: string, sid: string): Promise<void> }
  ).backchannelLogout("femi", sid);

  assert.equal(await whoIs(cookie), undefined);
});

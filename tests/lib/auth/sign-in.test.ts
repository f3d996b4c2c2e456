// Signing in and out: cookies, sessions, and requests of other sites.
import assert from "node:assert/strict";
import { test } from "node:test";
import { query, transaction } from "#lib/db/connection.ts";
import { addAccount, setPassword } from "#lib/auth/accounts.ts";
import { disableAccount, enableAccount } from "#lib/auth/manage-account.ts";
import { authenticate } from "#lib/auth/authorise.ts";
import {
  authWorld,
  cookieOf,
  fromPage,
  PASSWORD,
  PUBLIC_URL,
  signIn,
  trySignIn,
  respond,
} from "./auth-world.ts";
import { asOperator } from "../../support/origin.ts";
import { until } from "../../support/until.ts";

const world = await authWorld();
const { auth, db } = world;
const SIGN_IN = "/api/auth/sign-in/username";

test("signing in sets cookies that scripts and other sites cannot read, and returns nothing else", async () => {
  const name = await world.person("deployer");

  const answer = await trySignIn(auth, name);

  assert.equal(answer.status, 204);
  assert.equal(await answer.text(), "");
  assert.deepEqual([...answer.headers.keys()].toSorted(), ["cache-control", "set-cookie", "set-cookie"]);
  const cookies = answer.headers.getSetCookie();
  assert.deepEqual(
    cookies.map((cookie) => /^__Host-spiderpig\.(\w+)=/.exec(cookie)?.[1] ?? cookie),
    ["session_token", "known_browser"],
  );
  for (const cookie of cookies) {
    for (const part of ["HttpOnly", "SameSite=Lax", "Secure", "Path=/"]) {
      assert.match(cookie, new RegExp(part));
    }
  }
  assert.equal((await authenticate(fromPage("/", { cookie: cookieOf(answer) }), auth))?.name, name);
});

test("over plain HTTP the cookie is not marked Secure, because the browser would drop it", async () => {
  const plain = world.open({ publicUrl: "http://127.0.0.1:8080" });
  const name = await world.person("viewer");

  const request = fromPage(SIGN_IN, { method: "POST", body: { username: name, password: PASSWORD } });
  request.headers.set("origin", "http://localhost:8080");
  const answer = await respond(request, plain);

  assert.equal(answer.status, 204, "the other name of the loopback address is also our own origin");
  assert.doesNotMatch(answer.headers.getSetCookie().join(), /Secure/);
});

test("user names are case-insensitive", async () => {
  const name = await world.person("viewer");

  assert.equal((await trySignIn(auth, name.toUpperCase())).status, 204);
});

test("a wrong password, an unknown name and an invalid name get the same error", async () => {
  const name = await world.person("viewer");
  const answers = await Promise.all([
    trySignIn(auth, name, "wrong horse battery"),
    trySignIn(auth, "nobody", PASSWORD),
    trySignIn(auth, "no such; name", PASSWORD),
    trySignIn(auth, "", PASSWORD),
  ]);

  const bodies = await Promise.all(answers.map((answer) => answer.json() as Promise<unknown>));
  for (const answer of answers) {
    assert.equal(answer.status, 401);
    assert.deepEqual(answer.headers.getSetCookie(), []);
    assert.equal(answer.headers.get("content-type"), "application/problem+json");
  }
  for (const body of bodies) assert.deepEqual(body, bodies[0]);
  assert.equal((bodies[0] as { code: string }).code, "sign_in_refused");
});

test("a malformed sign-in request is rejected as malformed", async () => {
  for (const body of [{}, { username: "x" }, [], "text", { username: 1, password: 2 }]) {
    const answer = await respond(fromPage(SIGN_IN, { method: "POST", body }), auth);
    assert.equal(answer.status, 400, JSON.stringify(body));
  }
});

test("a form on another site cannot sign a browser in or out", async () => {
  const name = await world.person("viewer");
  const cookie = await signIn(auth, name);
  const foreign = { origin: "https://evil.example", "sec-fetch-site": "cross-site" };
  const signInThere = fromPage(SIGN_IN, { method: "POST", body: { username: name, password: PASSWORD } });
  const signOutThere = fromPage("/api/auth/sign-out", { method: "POST", cookie });
  for (const [header, value] of Object.entries(foreign)) {
    signInThere.headers.set(header, value);
    signOutThere.headers.set(header, value);
  }

  const answers = [await respond(signInThere, auth), await respond(signOutThere, auth)];

  for (const answer of answers) {
    assert.equal(answer.status, 403);
    assert.equal(((await answer.json()) as { code: string }).code, "foreign_origin");
    assert.deepEqual(answer.headers.getSetCookie(), []);
  }
  assert.equal((await authenticate(fromPage("/", { cookie }), auth))?.name, name);
});

const FOREIGN: Record<string, Record<string, string>> = {
  "another site": { origin: "https://evil.example", "sec-fetch-site": "cross-site" },
  "another origin of the same site": {
    origin: "https://other.example.org",
    "sec-fetch-site": "same-site",
  },
  "another port": { origin: "https://deploy.example.org:8443", "sec-fetch-site": "same-site" },
  "a host name that was rebound to our address": {
    origin: "https://bent.example",
    "sec-fetch-site": "same-origin",
  },
  "a sandboxed frame": { origin: "null", "sec-fetch-site": "cross-site" },
  "an unspecified origin": {},
};

for (const [where, headers] of Object.entries(FOREIGN)) {
  test(`a write request that a page of ${where} sends is refused`, async () => {
    const cookie = await signIn(auth, await world.person("deployer"));
    for (const method of ["POST", "PUT", "DELETE", "PATCH"]) {
      const request = new Request(`${PUBLIC_URL}/api/jobs`, { method, headers: { ...headers, cookie } });
      await assert.rejects(authenticate(request, auth), { code: "foreign_origin" }, method);
    }
    assert.ok(await authenticate(new Request(PUBLIC_URL, { headers: { ...headers, cookie } }), auth));
  });
}

test("a signed-out session is refused at once, in every web process", async () => {
  const name = await world.person("deployer");
  const cookie = await signIn(auth, name);
  const elsewhere = await signIn(auth, name);
  const other = world.open({});
  assert.ok(await authenticate(fromPage("/", { cookie }), other));

  const answer = await respond(fromPage("/api/auth/sign-out", { method: "POST", cookie }), auth);

  assert.deepEqual(await answer.json(), { continueAt: null });
  assert.match(answer.headers.getSetCookie().join(), /Max-Age=0/);
  for (const process of [auth, other]) {
    assert.equal(await authenticate(fromPage("/", { cookie }), process), undefined);
    assert.ok(
      await authenticate(fromPage("/", { cookie: elsewhere }), process),
      "another browser stays signed in",
    );
  }
});

test("a disabled account cannot sign in; enabled again it can, but its old sessions are gone", async () => {
  const name = await world.person("deployer");
  const before = await signIn(auth, name);

  await disableAccount(asOperator(auth.settings.database), name);
  const refused = await trySignIn(auth, name);
  await enableAccount(asOperator(auth.settings.database), name);

  assert.equal(refused.status, 403);
  assert.equal(((await refused.json()) as { code: string }).code, "account_disabled");
  assert.deepEqual(refused.headers.getSetCookie(), []);
  assert.equal((await trySignIn(auth, name)).status, 204);
  assert.equal(await authenticate(fromPage("/", { cookie: before }), auth), undefined);
});

test("a new password ends the sessions of the old one", async () => {
  const name = await world.person("deployer");
  const before = await signIn(auth, name);

  await setPassword(asOperator(auth.settings.database), name, "another horse battery");

  assert.equal(await authenticate(fromPage("/", { cookie: before }), auth), undefined);
  assert.equal((await trySignIn(auth, name)).status, 401);
  assert.equal((await trySignIn(auth, name, "another horse battery")).status, 204);
});

test("a sign-in with the old password that is under way when a new one is set is refused", async () => {
  const name = await world.person("deployer");
  await query(
    db,
    "create function auth.wait() returns trigger language plpgsql as 'begin perform pg_advisory_xact_lock(7); return new; end'",
  );
  await query(
    db,
    "create trigger wait before insert on auth.session for each row execute function auth.wait()",
  );

  const signingIn = await transaction(db, async (tx) => {
    await tx.execute("select pg_advisory_xact_lock(7)");
    const answer = trySignIn(auth, name);
    await until("the sign-in to have accepted the old password", async () => {
      const waiting = await query(db, "select from pg_locks where locktype = 'advisory' and not granted");
      return waiting.length > 0;
    });
    await setPassword(asOperator(auth.settings.database), name, "another horse battery");
    return { answer };
  });
  const answer = await signingIn.answer;
  await query(db, "drop function auth.wait() cascade");

  assert.equal(answer.status, 401);
  assert.deepEqual(answer.headers.getSetCookie(), []);
  const left = await query(
    db,
    'select s.id from auth.session s join auth."user" u on u.id = s.user_id where u.username = $1',
    [name],
  );
  assert.deepEqual(left, []);
});

test("of the library's endpoints only sign-in and sign-out are reachable", async () => {
  const cookie = await signIn(auth, await world.person("viewer"));
  const closed = Object.values(auth.library.api)
    .map((endpoint) => (endpoint as { path?: string }).path)
    .filter((path) => path !== undefined && path !== "/sign-in/username" && path !== "/sign-out");
  assert.ok(closed.length > 20);

  for (const path of [
    ...closed,
    "/sign-up/email",
    "/issue-api-token",
    "/issueApiToken",
    "/sign-in/username/../x",
  ]) {
    for (const method of ["GET", "POST"]) {
      const body =
        method === "POST" ? { name: "x", role: "admin", username: "eve", password: PASSWORD } : undefined;
      const request = fromPage(`/api/auth${path}`, { method, cookie, body });
      assert.equal((await respond(request, auth)).status, 404, `${method} ${path}`);
    }
  }
});

test("a sign-in request cannot set a role", async () => {
  const name = await world.person("viewer");
  const body = { username: name, password: PASSWORD, role: "admin", user: { role: "admin" } };

  const answer = await respond(fromPage(SIGN_IN, { method: "POST", body }), auth);

  assert.equal(answer.status, 400);
  assert.equal(
    (await authenticate(fromPage("/", { cookie: await signIn(auth, name) }), auth))?.role,
    "viewer",
  );
});

test("sign-in does not redirect to another site", async () => {
  const name = await world.person("viewer");
  for (const callbackURL of ["https://evil.example/", "//evil.example", "/jobs/1"]) {
    const body = { username: name, password: PASSWORD, callbackURL };
    const answer = await respond(fromPage(SIGN_IN, { method: "POST", body }), auth);
    assert.equal(answer.headers.get("location"), null);
    assert.equal(answer.status, 400);
  }
});

test("an account needs a valid user name, a strong password and a unique name", async () => {
  const taken = await world.person("viewer");
  const bad = [
    { name: "Robert'); drop table", password: PASSWORD },
    { name: "-rf", password: PASSWORD },
    { name: "a".repeat(33), password: PASSWORD },
    { name: "short-one", password: "12345678901" },
    { name: "long-one", password: "x".repeat(129) },
    { name: taken, password: PASSWORD },
  ];
  for (const account of bad) {
    await assert.rejects(
      addAccount(asOperator(auth.settings.database), { ...account, role: "viewer" }),
      { name: "AccountError" },
      account.name,
    );
  }

  const twice = await Promise.allSettled(
    [1, 2].map(() =>
      addAccount(asOperator(auth.settings.database), { name: "racer", role: "viewer", password: PASSWORD }),
    ),
  );

  assert.deepEqual(twice.map(({ status }) => status).toSorted(), ["fulfilled", "rejected"]);
  const rows = await query(
    db,
    `select 1 from auth."user" u join auth.account a on a.user_id = u.id where u.username = 'racer'`,
  );
  assert.equal(rows.length, 1);
});

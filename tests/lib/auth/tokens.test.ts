import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { newTokenRequest } from "#lib/contract/own-account.ts";
import { listTokensOfAccounts } from "#lib/db/api-tokens.ts";
import { query } from "#lib/db/connection.ts";
import { permittedActions, type Role, type TokenScope } from "#lib/domain/permission.ts";
import { issueToken } from "#lib/auth/api-tokens.ts";
import { authenticate, authorise } from "#lib/auth/authorise.ts";
import { changeOwnPassword } from "#lib/auth/own-account.ts";
import { endSessions } from "#lib/auth/manage-account.ts";
import { settingsOfRunningStart } from "../../../admin/running-start.ts";
import {
  authWorld,
  fromPage,
  PASSWORD,
  PUBLIC_URL,
  respond,
  SECRET,
  signIn,
  trySignIn,
  withToken,
} from "./auth-world.ts";
import { asOperator, ORIGIN } from "../../support/origin.ts";

const world = await authWorld();
const { auth, db } = world;
const PATH = "/api/jobs";

test("the stored form of a token cannot be used to authenticate", async () => {
  const name = await world.person("admin");
  const token = (await issueToken(asOperator(db), { account: name, name: "ci", scope: "admin", days: 1 }))
    .token;

  const rows = await query<{ row: string; hash: Buffer }>(
    db,
    "select t::text as row, t.token_hash as hash from auth.api_token t where t.name = 'ci'",
  );

  assert.equal(rows.length, 1);
  const [{ row, hash } = { row: "", hash: Buffer.of() }] = rows;
  assert.ok(!row.includes(token));
  for (const attempt of [hash.toString("hex"), hash.toString("base64url"), token.slice(0, -1), `${token}A`]) {
    assert.equal(await authenticate(withToken(PATH, attempt), auth), undefined, attempt);
  }
  assert.equal((await authenticate(withToken(PATH, token), auth))?.name, name);
});

test("a token may do at most what its scope and the role of its account permit", async () => {
  const may = async (role: Role, scope: TokenScope) => {
    const account = await world.person(role);
    const token = (await issueToken(asOperator(db), { account, name: "scoped", scope, days: 1 })).token;
    return permittedActions(await authenticate(withToken(PATH, token), auth));
  };

  assert.deepEqual(await may("admin", "read"), ["view"]);
  assert.deepEqual(await may("viewer", "admin"), ["view", "report_on_window_item"]);
  assert.ok((await may("deployer", "admin")).includes("create_job"));
  assert.ok(!(await may("admin", "deploy")).includes("freeze_lane"));
  assert.ok((await may("admin", "admin")).includes("freeze_lane"));
  assert.ok(!(await may("admin", "admin")).includes("manage_own_account"));
});

test("a request that was under way when an admin ended the sessions creates no token", async () => {
  const account = await world.person("deployer");
  const user = await authorise(fromPage("/", { cookie: await signIn(auth, account) }), "view", auth);
  await endSessions(asOperator(db), account);

  const context = { db, origin: ORIGIN, actor: account };
  const wanted = { account, name: "late", scope: "deploy", days: 1, sessionId: user.session?.id } as const;
  await assert.rejects(issueToken(context, wanted), { code: "not_signed_in" });

  assert.deepEqual(await listTokensOfAccounts(db, account), []);
});

test("a request that was under way when an admin set a password does not replace it", async () => {
  const account = await world.person("deployer");
  const user = await authorise(fromPage("/", { cookie: await signIn(auth, account) }), "view", auth);
  await endSessions(asOperator(db), account);

  const passwords = { current: PASSWORD, next: "another horse battery", revokesTokens: false };
  await assert.rejects(changeOwnPassword(ORIGIN, user, passwords, auth), { code: "not_signed_in" });

  assert.equal((await trySignIn(auth, account)).status, 204);
});

test("an account has a hundred API tokens at most", async () => {
  const name = await world.person("viewer");
  const add = () => issueToken(asOperator(db), { account: name, name: "ci", scope: "read", days: 1 });
  await add();
  await query(
    db,
    `insert into auth.api_token (user_id, name, scope, token_hash, expires_at)
     select t.user_id, t.name, t.scope, sha256(n::text::bytea), t.expires_at
     from auth.api_token t join auth."user" u on u.id = t.user_id, generate_series(1, 98) n where u.username = $1`,
    [name],
  );
  await add();

  await assert.rejects(add(), { code: "too_many_credentials" });
});

test("the name of a token hides nothing from those who read it in the audit", () => {
  const isAccepted = (name: string) => newTokenRequest.safeParse({ name, scope: "read", days: 1 }).success;
  assert.ok(isAccepted("Jenkins (prod) – naïve"));
  for (const name of ["a\u202eb", "a\u200bb", "a\nb", "a\tb", "a\u0007b"]) assert.ok(!isAccepted(name), name);
});

test("the last use of a token is recorded, once a minute at most", async () => {
  const account = await world.person("viewer");
  const token = (await issueToken(asOperator(db), { account, name: "used", scope: "read", days: 1 })).token;
  const lastUse = async () => (await listTokensOfAccounts(db, account))[0]?.lastUsedAt;
  assert.equal(await lastUse(), null);

  await authenticate(withToken(PATH, token), auth);
  const first = await lastUse();
  await authenticate(withToken(PATH, token), auth);

  assert.ok(first instanceof Date);
  assert.deepEqual(await lastUse(), first);
});

test("an expired token is refused", async () => {
  const account = await world.person("viewer");
  const token = (await issueToken(asOperator(db), { account, name: "expired", scope: "read", days: 1 }))
    .token;
  await query(db, "update auth.api_token set expires_at = now() where name = 'expired'");

  assert.equal(await authenticate(withToken(PATH, token), auth), undefined);
});

test("a request with a token needs no origin and is not rate-limited", async () => {
  const token = (
    await issueToken(asOperator(db), {
      account: await world.person("deployer"),
      name: "busy",
      scope: "admin",
      days: 1,
    })
  ).token;

  for (let count = 0; count < 150; count++) {
    assert.ok(await authenticate(withToken(PATH, token, "POST"), auth));
  }
});

test("signing out with a token does not revoke it", async () => {
  const account = await world.person("deployer");
  const token = (await issueToken(asOperator(db), { account, name: "kept", scope: "deploy", days: 1 })).token;

  await respond(withToken("/api/auth/sign-out", token, "POST"), auth);

  assert.equal((await authenticate(withToken(PATH, token), auth))?.name, account);
});

test("npm run token creates a token that works, lists it without its value, and revokes it", async () => {
  const name = await world.person("deployer");

  // The command needs the database only.
  const noSecret = { SESSION_SECRET: "" };
  const given = ["create", name, "--name", "ci", "--scope", "deploy", "--days", "30"];
  const made = await run("token", given, noSecret);

  assert.equal(made.code, 0, made.stderr);
  assert.match(made.stdout, /^\S+\n$/, "only the token");
  const token = made.stdout.trim();
  assert.ok(!made.stderr.includes(token));
  assert.equal((await authenticate(withToken(PATH, token), auth))?.name, name);
  const listed = await run("token", ["list", name]);
  const [, id, expires] = /^(\d+)\t\S+\tdeploy\t(\S+)\t\S+\tci$/m.exec(listed.stdout) ?? [];
  assert.ok(id !== undefined && expires !== undefined, listed.stdout);
  assert.ok(!listed.stdout.includes(token));
  const days = (Date.parse(expires) - Date.now()) / (24 * 60 * 60 * 1000);
  assert.ok(days > 28 && days < 31, expires);

  assert.equal((await run("token", ["revoke", id])).code, 0);
  assert.equal(await authenticate(withToken(PATH, token), auth), undefined);
});

test("an error that a person can fix is printed in one line, with exit status 1", async () => {
  const name = await world.person("viewer");
  const cases: [program: string, args: string[], env: Record<string, string>, says: RegExp][] = [
    ["token", ["create", name, "--days", "0"], {}, /^usage: npm run token/],
    ["token", ["create", name], { DATABASE_URL: "" }, /^DATABASE_URL: must be set\..*\n$/],
    [
      "token",
      ["create", name],
      { DATABASE_URL: "postgresql://x@127.0.0.1:1/x" },
      /^The database cannot be reached\..*\n$/,
    ],
    ["token", ["revoke", "999999999"], {}, /^API token not found\.\n$/],
    ["user", ["add", name, "--role", "viewer"], {}, /^There is already an account ".*"\.\n$/],
  ];

  const answers = await Promise.all(cases.map(([program, args, env]) => run(program, args, env, PASSWORD)));

  for (const [index, { code, stdout, stderr }] of answers.entries()) {
    assert.equal(code, 1, stderr);
    assert.equal(stdout, "");
    assert.match(stderr, cases[index]?.[3] ?? /never/);
  }
});

test("npm run user creates and changes an account that can sign in", async () => {
  const added = await run("user", ["add", "alice", "--role", "viewer"], {}, `${PASSWORD}\n`);
  assert.equal(added.code, 0, added.stderr);
  assert.ok(!added.stderr.includes(PASSWORD));
  assert.equal((await trySignIn(auth, "alice")).status, 204);

  assert.equal((await run("user", ["role", "alice", "admin"])).code, 0);
  const token = (
    await issueToken(asOperator(db), { account: "alice", name: "test", scope: "admin", days: 1 })
  ).token;
  assert.equal((await authenticate(withToken(PATH, token), auth))?.role, "admin");

  assert.equal((await run("user", ["password", "alice"], {}, "another horse battery")).code, 0);
  assert.equal((await trySignIn(auth, "alice")).status, 401);
  assert.equal((await trySignIn(auth, "alice", "another horse battery")).status, 204);

  assert.equal((await run("user", ["disable", "alice"])).code, 0);
  assert.equal((await trySignIn(auth, "alice", "another horse battery")).status, 403);
  assert.match((await run("token", ["create", "alice"])).stderr, /^This account is disabled\.\n$/);
});

test("while npm start runs on the same DATA_DIR, a command needs no settings", async () => {
  // The files that scripts/postgres.ts and scripts/start.ts keep there.
  const dataDir = mkdtempSync(join(tmpdir(), "beside-"));
  const { password, port } = new URL(world.url);
  mkdirSync(join(dataDir, "postgres"));
  mkdirSync(join(dataDir, "sandbox"));
  writeFileSync(join(dataDir, "postgres/password"), password);
  writeFileSync(join(dataDir, "postgres/port"), `${port}\n`);
  writeFileSync(join(dataDir, "session-secret"), `${SECRET}\n`);

  const found = settingsOfRunningStart({ DATA_DIR: dataDir, SCAP_COMMAND: '["scap"]' });

  assert.deepEqual(found, {
    DATABASE_URL: `postgresql://spiderpig:${password}@127.0.0.1:${port}/spiderpig`,
    SESSION_SECRET: SECRET,
    SANDBOX_DIR: join(dataDir, "sandbox"),
  });
  assert.deepEqual(
    settingsOfRunningStart({
      DATA_DIR: dataDir,
      DATABASE_URL: "",
      SESSION_SECRET: "x",
      GERRIT_URL: "x",
      SCAP_COMMAND: "x",
    }),
    {},
    "settings that are given are not replaced, even if they are empty",
  );
  assert.deepEqual(settingsOfRunningStart({ DATA_DIR: join(dataDir, "none") }), {});
  rmSync(dataDir, { recursive: true });
});

async function run(program: string, args: string[], env: Record<string, string> = {}, input = "") {
  const child = spawn(process.execPath, [`admin/${program}.ts`, ...args], {
    cwd: new URL("../../..", import.meta.url),
    env: {
      ...process.env,
      DATABASE_URL: world.url,
      SESSION_SECRET: SECRET,
      // Not the DATA_DIR of an npm start in this checkout.
      DATA_DIR: "/nonexistent",
      PUBLIC_URL,
      ...env,
    },
  });
  // A program that exits with an error at once does not read its input.
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, stdout, stderr };
}

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { query } from "#lib/db/connection.ts";
import { issueToken, revokeTokens } from "#lib/auth/accounts.ts";
import { authenticate } from "#lib/auth/authorise.ts";
import { settingsOfRunningStart } from "../../../admin/running-start.ts";
import { authWorld, PASSWORD, PUBLIC_URL, respond, SECRET, trySignIn, withToken } from "./auth-world.ts";

const world = await authWorld();
const { auth, db } = world;
const PATH = "/api/jobs";

test("the stored form of a token cannot be used to authenticate", async () => {
  const name = await world.person("admin");
  const token = await issueToken({ account: name, name: "ci", days: 1 }, auth);

  const rows = await query<{ row: string; token: string }>(
    db,
    "select s::text as row, token from auth.session s where token_name = 'ci'",
  );

  assert.equal(rows.length, 1);
  const [{ row, token: key } = { row: "", token: "" }] = rows;
  assert.ok(!row.includes(token));
  const signature = token.slice(key.length);
  const worthless = [key, `${key}.`, `${key}.${"A".repeat(43)}=`, encodeURIComponent(key), `x${signature}`];
  for (const attempt of worthless) {
    assert.equal(await authenticate(withToken(PATH, attempt), auth), undefined, attempt);
  }
  assert.equal((await authenticate(withToken(PATH, token), auth))?.name, name);
});

test("a request with a token needs no origin and is not rate-limited", async () => {
  const token = await issueToken({ account: await world.person("deployer"), name: "busy", days: 1 }, auth);

  for (let count = 0; count < 150; count++) {
    assert.ok(await authenticate(withToken(PATH, token, "POST"), auth));
  }
});

test("tokens are revoked by name, and others stay valid", async () => {
  const account = await world.person("deployer");
  const old = await issueToken({ account, name: "old", days: 1 }, auth);
  const older = await issueToken({ account, name: "old", days: 1 }, auth);
  const fresh = await issueToken({ account, name: "fresh", days: 1 }, auth);

  assert.equal(await revokeTokens({ account, name: "old" }, auth), 2);

  assert.equal(await authenticate(withToken(PATH, old), auth), undefined);
  assert.equal(await authenticate(withToken(PATH, older), auth), undefined);
  assert.ok(await authenticate(withToken(PATH, fresh), auth));
});

test("a program can revoke its own token", async () => {
  const token = await issueToken({ account: await world.person("deployer"), name: "leaked", days: 1 }, auth);

  const answer = await respond(withToken("/api/auth/sign-out", token, "POST"), auth);

  assert.equal(answer.status, 204);
  assert.equal(await authenticate(withToken(PATH, token), auth), undefined);
});

test("npm run token prints only the token, which then works", async () => {
  const name = await world.person("deployer");

  const { code, stdout, stderr } = await run("token", [name, "--name", "ci", "--days", "30"]);

  assert.equal(code, 0, stderr);
  assert.match(stdout, /^\S+\n$/);
  assert.ok(!stderr.includes(stdout.trim()));
  assert.equal((await authenticate(withToken(PATH, stdout.trim()), auth))?.name, name);
  const [row] = await query<{ days: number }>(
    db,
    `select extract(day from s.expires_at - s.created_at)::int as days
       from auth.session s join auth."user" u on u.id = s.user_id where u.username = $1`,
    [name],
  );
  assert.ok((row?.days ?? 0) >= 29 && (row?.days ?? 0) <= 30);

  assert.equal((await run("token", [name, "--revoke", "ci"])).code, 0);
  assert.equal(await authenticate(withToken(PATH, stdout.trim()), auth), undefined);
});

test("an error that a person can fix is printed in one line, with exit status 1", async () => {
  const name = await world.person("viewer");
  const cases: [program: string, args: string[], env: Record<string, string>, says: RegExp][] = [
    ["token", [name, "--days", "0"], {}, /^usage: npm run token/],
    ["token", [name], { SESSION_SECRET: "" }, /^SESSION_SECRET: must be set\..*\n$/],
    [
      "token",
      [name],
      { DATABASE_URL: "postgresql://x@127.0.0.1:1/x" },
      /^The database cannot be reached\..*\n$/,
    ],
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
  const token = await issueToken({ account: "alice", name: "test", days: 1 }, auth);
  assert.equal((await authenticate(withToken(PATH, token), auth))?.role, "admin");

  assert.equal((await run("user", ["password", "alice"], {}, "another horse battery")).code, 0);
  assert.equal((await trySignIn(auth, "alice")).status, 401);
  assert.equal((await trySignIn(auth, "alice", "another horse battery")).status, 204);

  assert.equal((await run("user", ["disable", "alice"])).code, 0);
  assert.equal((await trySignIn(auth, "alice", "another horse battery")).status, 403);
  assert.match((await run("token", ["alice"])).stderr, /^The account "alice" is disabled\.\n$/);
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

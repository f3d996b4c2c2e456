import assert from "node:assert/strict";
import { test } from "node:test";
import { loadConfig } from "#lib/config.ts";
import { query } from "#lib/db/connection.ts";
import { DEMO_ACCOUNTS } from "#lib/domain/demo-accounts.ts";
import { addAccount } from "#lib/auth/accounts.ts";
import { addDemoAccounts } from "#lib/auth/demo-accounts.ts";
import { issueToken } from "#lib/auth/api-tokens.ts";
import { authenticate } from "#lib/auth/authorise.ts";
import { authWorld, PASSWORD, trySignIn, withToken } from "./auth-world.ts";
import { asOperator } from "../../support/origin.ts";

const SANDBOX = { SANDBOX_DIR: "/tmp/sandbox" };
const names = DEMO_ACCOUNTS.map(({ name }) => name).toSorted();

test("demo accounts exist only in a sandbox that only this machine can reach", () => {
  assert.equal(loadConfig({ ...SANDBOX }).demoAccounts, true);
  assert.equal(loadConfig({ ...SANDBOX, HOST: "localhost" }).demoAccounts, true);
  assert.equal(loadConfig({ ...SANDBOX, HOST: "0.0.0.0" }).demoAccounts, false);
  assert.equal(loadConfig({ ...SANDBOX, HOST: "192.0.2.1" }).demoAccounts, false);
  assert.equal(loadConfig({}).demoAccounts, false);
});

test("in the sandbox demo accounts are created once, even if many web processes start concurrently, and can sign in", async () => {
  const world = await authWorld();
  const processes = [1, 2, 3].map(() => world.open({ demoAccounts: true }));

  await Promise.all(processes.map((using) => addDemoAccounts(using)));
  await addDemoAccounts(world.open({ demoAccounts: true }));

  const rows = await query<{ username: string; ways: number }>(
    world.db,
    `select u.username, count(a.id)::int as ways
       from auth."user" u left join auth.account a on a.user_id = u.id
      group by u.username order by u.username`,
  );
  assert.deepEqual(
    rows,
    names.map((username) => ({ username, ways: 1 })),
  );
  for (const { name, password } of DEMO_ACCOUNTS) {
    assert.equal((await trySignIn(world.open({ demoAccounts: true }), name, password)).status, 204, name);
  }
});

test("outside the sandbox no demo accounts are created", async () => {
  const world = await authWorld();

  await addDemoAccounts(world.auth);

  assert.deepEqual(await query(world.db, 'select username from auth."user"'), []);
});

test("demo accounts that remain from a sandbox can neither sign in nor use a token", async () => {
  const world = await authWorld();
  await addDemoAccounts(world.open({ demoAccounts: true }));

  for (const { name, password } of DEMO_ACCOUNTS) {
    const answer = await trySignIn(world.auth, name, password);
    assert.equal(answer.status, 403, name);
    assert.deepEqual(answer.headers.getSetCookie(), []);
    const given = { account: name, name: "test", scope: "admin", days: 1 } as const;
    const { token } = await issueToken(asOperator(world.db), given);
    assert.equal(await authenticate(withToken("/api/jobs", token), world.auth), undefined);
  }
});

test("an existing account with the name of a demo account is not changed", async () => {
  const world = await authWorld();
  await addAccount(asOperator(world.auth.settings.database), {
    name: "admin",
    role: "viewer",
    password: PASSWORD,
  });

  await addDemoAccounts(world.open({ demoAccounts: true }));

  assert.equal((await trySignIn(world.auth, "admin")).status, 204);
  assert.equal((await trySignIn(world.open({ demoAccounts: true }), "admin", "spiderpig-admin")).status, 401);
  const [row] = await query(world.db, `select role, demo from auth."user" where username = 'admin'`);
  assert.deepEqual(row, { role: "viewer", demo: false });
});

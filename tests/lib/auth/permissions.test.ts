import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { listTokensOfAccounts } from "#lib/db/api-tokens.ts";
import { closeDatabase, openDatabase, query } from "#lib/db/connection.ts";
import { ACTIONS, may, type Role, ROLES } from "#lib/domain/permission.ts";
import { problem } from "#lib/contract/problem.ts";
import { AppError } from "#lib/errors.ts";
import { addDemoAccounts } from "#lib/auth/demo-accounts.ts";
import { issueToken, revokeToken } from "#lib/auth/api-tokens.ts";
import { disableAccount, setRole } from "#lib/auth/manage-account.ts";
import { authenticate, authorise } from "#lib/auth/authorise.ts";
import {
  authWorld,
  fromPage,
  PASSWORD,
  PUBLIC_URL,
  signIn,
  trySignIn,
  withToken,
  type World,
  respond,
} from "./auth-world.ts";
import { asOperator } from "../../support/origin.ts";

const world = await authWorld();
const { auth, db } = world;
const PATH = "/api/jobs";

/** All ways to authenticate: the credentials, and whether they are accepted. */
type Way = { admits: boolean; scope?: "admin"; prepare(world: World, name: string): Promise<Request> };

const WAYS: Record<string, Way> = {
  nothing: { admits: false, prepare: async () => fromPage(PATH) },
  "a session": {
    admits: true,
    prepare: async (_, name) => fromPage(PATH, { cookie: await signIn(auth, name) }),
  },
  "a session, with a request that changes something": {
    admits: true,
    prepare: async (_, name) => fromPage(PATH, { method: "POST", cookie: await signIn(auth, name) }),
  },
  "a session that was signed out": {
    admits: false,
    prepare: async (_, name) => {
      const cookie = await signIn(auth, name);
      await respond(fromPage("/api/auth/sign-out", { method: "POST", cookie }), auth);
      return fromPage(PATH, { cookie });
    },
  },
  "an expired session": {
    admits: false,
    prepare: async (_, name) => {
      const cookie = await signIn(auth, name);
      await query(db, "update auth.session set expires_at = now() - interval '1 second'");
      return fromPage(PATH, { cookie });
    },
  },
  "a session of a disabled account": {
    admits: false,
    prepare: async (_, name) => {
      const cookie = await signIn(auth, name);
      await disableAccount(asOperator(auth.settings.database), name);
      return fromPage(PATH, { cookie });
    },
  },
  "a session of an account whose row is marked as disabled": {
    admits: false,
    prepare: async (_, name) => {
      const cookie = await signIn(auth, name);
      await query(db, 'update auth."user" set disabled = true where username = $1', [name]);
      return fromPage(PATH, { cookie });
    },
  },
  "a token": {
    admits: true,
    scope: "admin",
    prepare: async (_, name) => withToken(PATH, await token(name), "POST"),
  },
  "a token that was revoked": {
    admits: false,
    prepare: async (_, name) => {
      const issued = await token(name);
      for (const { id } of await listTokensOfAccounts(db, name)) await revokeToken(asOperator(db), id);
      return withToken(PATH, issued);
    },
  },
  "a token of a disabled account": {
    admits: false,
    prepare: async (_, name) => {
      const issued = await token(name);
      await disableAccount(asOperator(auth.settings.database), name);
      return withToken(PATH, issued);
    },
  },
  "an invalid token with a valid session": {
    admits: false,
    prepare: async (_, name) => {
      const request = fromPage(PATH, { cookie: await signIn(auth, name) });
      request.headers.set("authorization", "Bearer nonsense");
      return request;
    },
  },
  "basic authentication of a proxy with a valid session": {
    admits: true,
    prepare: async (_, name) => {
      const request = fromPage(PATH, { cookie: await signIn(auth, name) });
      request.headers.set("authorization", "Basic cHJveHk6cHJveHk=");
      return request;
    },
  },
};

const token = async (account: string) =>
  (await issueToken(asOperator(db), { account, name: "test", scope: "admin", days: 1 })).token;

for (const [what, way] of Object.entries(WAYS)) {
  for (const role of ROLES) {
    test(`${what}: a ${role} has exactly the permissions in the table`, async () => {
      const name = await world.person(role);
      const request = await way.prepare(world, name);

      for (const action of ACTIONS) {
        const verdict = await authorise(request, action, auth).then(
          (user) => user.name,
          (error: unknown) => (error instanceof AppError ? error.code : error),
        );
        assert.equal(verdict, expected(way, role, action, name), action);
      }
    });
  }
}

function expected(way: Way, role: Role, action: (typeof ACTIONS)[number], name: string): string {
  if (!way.admits) return "not_signed_in";
  const user = way.scope === undefined ? { id: "", name, role } : { id: "", name, role, scope: way.scope };
  return may(user, action) ? name : "not_permitted";
}

test("a changed role takes effect at the next request", async () => {
  const name = await world.person("viewer");
  const request = fromPage(PATH, { cookie: await signIn(auth, name) });
  await assert.rejects(authorise(request, "create_job", auth), { code: "not_permitted" });

  await setRole(asOperator(auth.settings.database), name, "deployer");

  assert.equal((await authorise(request, "create_job", auth)).role, "deployer");
});

test("only issued credentials are accepted", async () => {
  const visible = fc.string({ unit: fc.constantFrom(..."abcXYZ0189.%=+/_- ;,~".split("")), maxLength: 120 });
  await fc.assert(
    fc.asyncProperty(visible, fc.constantFrom("cookie", "bearer"), async (text, kind) => {
      const headers =
        kind === "bearer"
          ? { authorization: `Bearer ${text}` }
          : { cookie: `__Host-spiderpig.session_token=${text}` };
      assert.equal(
        await authenticate(new Request(`${PUBLIC_URL}${PATH}`, { headers }), auth),
        undefined,
        JSON.stringify(headers),
      );
    }),
    { numRuns: 200 },
  );
});

test("a session of another web process is accepted, one signed with another secret is not", async () => {
  const name = await world.person("viewer");
  const same = world.open({});
  const other = world.open({ secret: "another secret that is also long enough to sign" });

  const cookie = await signIn(same, name);

  assert.equal((await authenticate(fromPage(PATH, { cookie }), auth))?.name, name);
  assert.equal(await authenticate(fromPage(PATH, { cookie }), other), undefined);
});

test("a demo account's session ends with the sandbox", async () => {
  const sandbox = world.open({ demoAccounts: true });
  await addDemoAccounts(sandbox);
  const cookie = await signIn(sandbox, "deployer", "spiderpig-deployer");
  const request = fromPage(PATH, { cookie });

  assert.equal((await authorise(request, "create_job", sandbox)).name, "deployer");
  await assert.rejects(authorise(request, "view", auth), { code: "not_signed_in" });
});

test("a password is not stored", async () => {
  await world.person("viewer");
  const rows = await query<{ text: string }>(db, "select account::text as text from auth.account");

  assert.ok(rows.length > 0);
  for (const { text } of rows) assert.ok(!text.includes(PASSWORD));
});

test("a request during a database outage is refused with that reason, not as signed out", async (t) => {
  const cookie = await signIn(auth, await world.person("deployer"));
  const nowhere = openDatabase("postgresql://nobody@127.0.0.1:1/nothing", "test");
  t.after(() => closeDatabase(nowhere));
  const unreachable = world.open({ database: nowhere });

  const isRefused = (error: unknown) => error instanceof AppError && error.code === "database_unreachable";
  await assert.rejects(authenticate(fromPage(PATH, { cookie }), unreachable), isRefused);
  const response = await trySignIn(unreachable, "deployer");
  assert.equal(response.status, 503);
  const { code, detail } = problem.parse(await response.json());
  assert.equal(code, "database_unreachable");
  assert.match(detail ?? "", /Running deployments continue/);
});

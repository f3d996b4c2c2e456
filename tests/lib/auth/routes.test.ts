// The authentication routes as Next calls them, with the settings of this process.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { closeDatabase, database } from "#lib/db/connection.ts";
import { ensureDemoAccounts } from "#lib/auth/demo-accounts.ts";
import { whoami } from "#lib/contract/account.ts";
import { problem } from "#lib/contract/problem.ts";
import { GET, POST } from "../../../app/api/[...path]/route.ts";
import { authWorld, cookieOf, fromPage, PUBLIC_URL, SECRET, withToken } from "./auth-world.ts";

const world = await authWorld();
Object.assign(process.env, {
  DATABASE_URL: world.url,
  SESSION_SECRET: SECRET,
  PUBLIC_URL,
  GERRIT_URL: "http://127.0.0.1:1",
  SANDBOX_DIR: "/tmp/sandbox",
  HOST: "127.0.0.1",
  LOG_LEVEL: "error",
});
after(() => closeDatabase(database()));

const ask = async (request: Request) => whoami.parse(await (await GET(request)).json());
const post = (path: string, cookie?: string, body?: unknown) =>
  POST(fromPage(path, { method: "POST", body, ...(cookie === undefined ? {} : { cookie }) }));

test("a person signs in, gets the permissions of the role, and signs out", async () => {
  await Promise.all([ensureDemoAccounts(), ensureDemoAccounts()]);
  assert.deepEqual(await ask(fromPage("/api/whoami")), { user: null, permissions: [], sandbox: true });

  const body = { username: "viewer", password: "spiderpig-viewer" };
  const cookie = cookieOf(await post("/api/auth/sign-in/username", undefined, body));
  assert.deepEqual(await ask(fromPage("/api/whoami", { cookie })), {
    user: { name: "viewer", role: "viewer" },
    permissions: [
      "view",
      "report_on_window_item",
      "manage_own_account",
      "set_up_second_factor",
      "verify_second_factor",
    ],
    sandbox: true,
  });

  const signedOut = await post("/api/auth/sign-out", cookie, {});
  assert.deepEqual([signedOut.status, await signedOut.json()], [200, { continueAt: null }]);
  assert.equal((await ask(fromPage("/api/whoami", { cookie }))).user, null);
  assert.equal((await post("/api/auth/sign-out", cookie)).status, 200, "without a body, and a second time");
  // Next passes a request without a body as one with an empty body and no content type.
  const empty = new Request(fromPage("/api/auth/sign-out", { method: "POST", cookie }), { body: "" });
  empty.headers.delete("content-type");
  assert.equal((await POST(empty)).status, 200);
});

test("errors are problem documents", async () => {
  const answers = [
    await post("/api/auth/sign-in/username", undefined, { username: "viewer", password: "wrong" }),
    await post("/api/auth/sign-up/email", undefined, {
      email: "a@b.example",
      password: "x".repeat(12),
      name: "a",
    }),
    await post("/api/auth/sign-in/username", undefined, {}),
  ];

  const codes = await Promise.all(answers.map(async (answer) => problem.parse(await answer.json()).code));

  assert.deepEqual(codes, ["sign_in_refused", "not_found", "invalid_request"]);
});

test("a long body is rejected before any password is hashed", async () => {
  const long = { username: "viewer", password: "x".repeat(70_000) };
  const answer = await post("/api/auth/sign-in/username", undefined, long);
  assert.equal(answer.status, 413);
  assert.equal(problem.parse(await answer.json()).code, "request_too_large");
});

test("whoami treats an invalid token as unauthenticated", async () => {
  assert.equal((await ask(withToken("/api/whoami", "nonsense"))).user, null);
});

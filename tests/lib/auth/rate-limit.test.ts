// How many attempts to sign in are accepted, for one account and from one address.
import assert from "node:assert/strict";
import { test } from "node:test";
import { authWorld, cookieOf, fromPage, PASSWORD, respond } from "./auth-world.ts";

const world = await authWorld();
const { auth } = world;
const SIGN_IN = "/api/auth/sign-in/username";

test("password guessing for many accounts is rate-limited across all web processes, and other addresses are not affected", async () => {
  let names = 0;
  const attempt = async (using: typeof auth, address: string, forwarded = address) => {
    names += 1;
    const request = fromPage(SIGN_IN, {
      method: "POST",
      body: { username: `anybody-${names}`, password: "a wrong guess" },
    });
    request.headers.set("x-forwarded-for", forwarded);
    return respond(request, using);
  };
  const processes = [auth, world.open({})];

  const statuses: number[] = [];
  for (let count = 0; count < 22; count++) {
    // Addresses that the client claims are to the left of the one that the proxy adds.
    const forwarded = `198.51.100.${count}, 203.0.113.9`;
    statuses.push((await attempt(processes[count % 2] ?? auth, "", forwarded)).status);
  }

  assert.deepEqual(
    statuses.slice(0, 20),
    Array.from({ length: 20 }, () => 401),
  );
  assert.deepEqual(statuses.slice(20), [429, 429]);
  const limited = await attempt(auth, "203.0.113.9");
  assert.match(limited.headers.get("retry-after") ?? "", /^\d+$/);
  assert.equal(((await limited.json()) as { code: string }).code, "too_many_sign_ins");
  assert.equal((await attempt(auth, "203.0.113.10")).status, 401);
});

/** Delays of an hour and more do not end while a test runs. */
const slow = world.open({
  signInPace: { freeAttempts: 5, pauseMs: 3_600_000, pauseMaxMs: 7_200_000, quietMs: 14_400_000 },
});

/** A sign-in attempt of a browser at a new address, with its cookies. */
async function tryFrom(browser: { cookie?: string }, username: string, password: string): Promise<Response> {
  const request = fromPage(SIGN_IN, { method: "POST", body: { username, password }, ...browser });
  return respond(request, slow);
}

const guessUntilRefused = async (username: string) => {
  while ((await tryFrom({}, username, "a wrong guess")).status !== 429);
};

test("guesses for one account are refused after the fifth, from any number of addresses, with the time to wait", async () => {
  const name = await world.person("deployer");
  const guesses = Array.from({ length: 12 }, () => tryFrom({}, name, "a wrong guess"));
  const statuses = (await Promise.all(guesses)).map(({ status }) => status);
  assert.deepEqual(
    [statuses.filter((status) => status === 401).length, statuses.filter((status) => status === 429).length],
    [5, 7],
  );

  const refused = await tryFrom({}, name, PASSWORD);

  assert.equal(refused.status, 429, "the right password is not checked either");
  const seconds = Number(refused.headers.get("retry-after"));
  assert.ok(seconds > 0 && seconds <= 3600);
  assert.deepEqual(await refused.json(), {
    type: "urn:spiderpig:problem:too_many_sign_ins",
    title: "Too many sign-in attempts.",
    status: 429,
    code: "too_many_sign_ins",
    detail: `There were too many for this user name. Try again in ${seconds} seconds.`,
  });
});

test("an unknown name is rate-limited the same way, and a successful sign-in resets the limit", async () => {
  const name = await world.person("deployer");
  for (let round = 0; round < 2; round += 1) {
    for (let count = 0; count < 4; count += 1) {
      assert.equal((await tryFrom({}, name, "mistyped")).status, 401);
    }
    assert.equal((await tryFrom({}, name, PASSWORD)).status, 204);
  }

  await guessUntilRefused("nobody-at-all");
});

test("guesses from elsewhere do not delay a browser known to the account, which has its own limit", async () => {
  const name = await world.person("deployer");
  const other = await world.person("deployer");
  const cookie = cookieOf(await tryFrom({}, name, PASSWORD));
  await respond(fromPage("/api/auth/sign-out", { method: "POST", cookie }), slow);
  const known = cookie.split("; ").find((one) => one.includes("known_browser")) ?? "";
  await guessUntilRefused(name);
  await guessUntilRefused(other);

  assert.equal((await tryFrom({ cookie: known }, name, PASSWORD)).status, 204);
  assert.equal(
    (await tryFrom({ cookie: known }, other, PASSWORD)).status,
    429,
    "the browser is known to one account",
  );
  const forged = known.replace(/=.*$/, `=${name}:made-up.${"A".repeat(43)}=`);
  assert.equal((await tryFrom({ cookie: forged }, name, PASSWORD)).status, 429);
  for (let count = 0; count < 5; count += 1) {
    assert.equal((await tryFrom({ cookie: known }, name, "a wrong guess")).status, 401);
  }
  assert.equal((await tryFrom({ cookie: known }, name, PASSWORD)).status, 429);
});

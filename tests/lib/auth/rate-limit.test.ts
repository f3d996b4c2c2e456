// How many attempts to sign in are accepted, for one account and from one address.
import assert from "node:assert/strict";
import { test } from "node:test";
import { authWorld, cookieOf, fromPage, PASSWORD, respond } from "./auth-world.ts";

const world = await authWorld();
const { auth } = world;
const SIGN_IN = "/api/auth/sign-in/username";

test("password guessing for many accounts is rate-limited across all web processes, and other addresses are not affected", async () => {
  let names = 0;
  const attempt = async (using: typeof auth, address: string) => {
    names += 1;
    const request = fromPage(SIGN_IN, {
      method: "POST",
      body: { username: `anybody-${names}`, password: "a wrong guess" },
    });
    request.headers.set("x-forwarded-for", address);
    return respond(request, using);
  };
  const processes = [auth, world.open({})];

  const statuses: number[] = [];
  for (let count = 0; count < 22; count++) {
    statuses.push((await attempt(processes[count % 2] ?? auth, "203.0.113.9")).status);
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

const HOUR_MS = 3_600_000;
/** Delays of an hour and more do not end while a test runs. */
const SLOW = { freeAttempts: 5, pauseMs: HOUR_MS, pauseMaxMs: 2 * HOUR_MS, quietMs: 4 * HOUR_MS };
const slow = world.open({
  signInPace: SLOW,
  accountPace: { ...SLOW, freeAttempts: 20 },
  // Raises the limit of an address over all accounts, which is not the subject here.
  demoAccounts: true,
});

type Browser = { cookie?: string; address?: string };

/** A sign-in attempt of a browser, at a new address unless it has one. */
async function tryFrom(browser: Browser, username: string, password: string): Promise<Response> {
  const { address, cookie } = browser;
  const body = { username, password };
  const request = fromPage(SIGN_IN, { method: "POST", body, ...(cookie === undefined ? {} : { cookie }) });
  if (address !== undefined) request.headers.set("x-forwarded-for", address);
  return respond(request, slow);
}

const guessUntilRefused = async (browser: Browser, username: string) => {
  while ((await tryFrom(browser, username, "a wrong guess")).status !== 429);
};

const HERE = { address: "198.51.100.1" };
const ELSEWHERE = { address: "198.51.100.2" };

test("guesses for one account from one address are refused after the fifth, with the time to wait", async () => {
  const name = await world.person("deployer");
  const guesses = Array.from({ length: 12 }, () => tryFrom(HERE, name, "a wrong guess"));
  const statuses = (await Promise.all(guesses)).map(({ status }) => status);
  assert.deepEqual(
    [statuses.filter((status) => status === 401).length, statuses.filter((status) => status === 429).length],
    [5, 7],
  );

  const refused = await tryFrom(HERE, name, PASSWORD);

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
  assert.equal((await tryFrom(ELSEWHERE, name, PASSWORD)).status, 204, "another address is not affected");
});

test("an unknown name is rate-limited the same way, and a successful sign-in resets the limit", async () => {
  const name = await world.person("deployer");
  for (let round = 0; round < 2; round += 1) {
    for (let count = 0; count < 4; count += 1) {
      assert.equal((await tryFrom(HERE, name, "mistyped")).status, 401);
    }
    assert.equal((await tryFrom(HERE, name, PASSWORD)).status, 204);
  }

  await guessUntilRefused(HERE, "nobody-at-all");
});

test("guesses from many addresses are limited together, and lock out neither a known browser nor a known address", async () => {
  const name = await world.person("deployer");
  const cookie = cookieOf(await tryFrom(HERE, name, PASSWORD));
  const known = cookie.split("; ").find((one) => one.includes("known_browser")) ?? "";

  await guessUntilRefused({}, name);

  assert.equal((await tryFrom({}, name, PASSWORD)).status, 429, "a browser and an address that are new");
  assert.equal((await tryFrom(HERE, name, PASSWORD)).status, 204, "a new browser at a known address");
  assert.equal((await tryFrom({ cookie: known }, name, PASSWORD)).status, 204, "a known browser elsewhere");
  assert.equal((await tryFrom(HERE, name, "a wrong guess")).status, 401);
});

test("a browser is known to one account, and has its own limit", async () => {
  const name = await world.person("deployer");
  const other = await world.person("deployer");
  const cookie = cookieOf(await tryFrom(HERE, name, PASSWORD));
  await respond(fromPage("/api/auth/sign-out", { method: "POST", cookie }), slow);
  const known = { cookie: cookie.split("; ").find((one) => one.includes("known_browser")) ?? "", ...HERE };
  await guessUntilRefused(HERE, name);
  await guessUntilRefused(HERE, other);

  assert.equal((await tryFrom(known, name, PASSWORD)).status, 204);
  assert.equal((await tryFrom(known, other, PASSWORD)).status, 429);
  const forged = known.cookie.replace(/=.*$/, `=${name}:made-up.${"A".repeat(43)}=`);
  assert.equal((await tryFrom({ ...HERE, cookie: forged }, name, PASSWORD)).status, 429);
  for (let count = 0; count < 5; count += 1) {
    assert.equal((await tryFrom(known, name, "a wrong guess")).status, 401);
  }
  assert.equal((await tryFrom(known, name, PASSWORD)).status, 429);
});

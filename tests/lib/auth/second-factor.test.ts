// Second factors: what a person who has entered the password can do, and what adds, replaces and removes a factor.
import assert from "node:assert/strict";
import { test } from "node:test";
import { resetSecondFactors } from "#lib/auth/manage-account.ts";
import { readOwnAccount } from "#lib/auth/own-account.ts";
import {
  addPasskey,
  passkeyCreation,
  passkeyRequest,
  removePasskey,
  verifyPasskey,
} from "#lib/auth/passkeys.ts";
import {
  confirmAuthenticatorApp,
  enterSecondFactor,
  removeAuthenticatorApp,
  renewRecoveryCodes,
  startAuthenticatorApp,
} from "#lib/auth/second-factor.ts";
import { authenticate, authorise } from "#lib/auth/authorise.ts";
import { codeAt } from "#lib/auth/totp.ts";
import { query } from "#lib/db/connection.ts";
import { type Action, ACTIONS, type Role, type User } from "#lib/domain/permission.ts";
import { asOperator, ORIGIN } from "../../support/origin.ts";
import { authWorld, cookieOf, fromPage, PUBLIC_URL, signIn } from "./auth-world.ts";
import { createAuthenticator } from "./software-authenticator.ts";

const world = await authWorld();
const { auth, db } = world;
const strict = world.open({ secondFactorRequired: ["deployer"] });
const HOST = new URL(PUBLIC_URL).hostname;

const callerWith = (cookie: string, action: Action = "manage_own_account", using = auth) =>
  authorise(fromPage("/", { cookie }), action, using);
const accountOf = async (user: User) => (await readOwnAccount(user, auth)).secondFactors;

async function permitted(cookie: string, using = auth): Promise<Action[]> {
  const allowed: Action[] = [];
  for (const action of ACTIONS) {
    if (await callerWith(cookie, action, using).then(Boolean, () => false)) allowed.push(action);
  }
  return allowed;
}

/** As if the code had been entered in an earlier time step. */
async function forgetStep(): Promise<void> {
  await query(db, "update auth.totp set last_step = 0");
}

/** A person with an authenticator app, signed in. */
async function personWithApp(role: Role = "viewer") {
  const name = await world.person(role);
  const cookie = await signIn(auth, name);
  const user = await callerWith(cookie);
  const { secret } = await startAuthenticatorApp(user, auth);
  const recoveryCodes = await confirmAuthenticatorApp(ORIGIN, user, codeAt(secret, new Date()), auth);
  await forgetStep();
  return { name, cookie, user, secret, recoveryCodes };
}

test("with an authenticator app, the password alone permits nothing but entering a code", async () => {
  const { name, secret, cookie } = await personWithApp("admin");
  assert.ok((await permitted(cookie)).includes("view"), "the session that added it stays signed in");

  const fresh = await signIn(auth, name);

  assert.deepEqual(await permitted(fresh), ["verify_second_factor"]);
  assert.equal(await authenticate(fromPage("/", { cookie: fresh }), auth), undefined);
  const user = await callerWith(fresh, "verify_second_factor");
  await enterSecondFactor(ORIGIN, user, codeAt(secret, new Date()), auth);
  assert.ok((await permitted(fresh)).includes("freeze_lane"));
});

test("a code is accepted once, also when it is sent twice at the same time", async () => {
  const { name, secret } = await personWithApp();
  const code = codeAt(secret, new Date());
  const users = await Promise.all(
    [1, 2, 3].map(async () => callerWith(await signIn(auth, name), "verify_second_factor")),
  );

  const results = await Promise.allSettled(users.map((user) => enterSecondFactor(ORIGIN, user, code, auth)));

  assert.equal(results.filter(({ status }) => status === "fulfilled").length, 1);
});

test("wrong codes are refused with growing pauses, and a recovery code still works", async () => {
  const { name, secret, recoveryCodes } = await personWithApp();
  const user = await callerWith(await signIn(auth, name), "verify_second_factor");
  const enter = (code: string) => enterSecondFactor(ORIGIN, user, code, auth);
  for (let count = 0; count < 5; count += 1) await assert.rejects(enter("000000"), { code: "code_refused" });

  await assert.rejects(enter(codeAt(secret, new Date())), { code: "too_many_codes" });

  await enter(recoveryCodes[0]?.toUpperCase().replaceAll("-", " ") ?? "");
  const failed = await query<{ count: number }>(
    db,
    "select count(*)::integer as count from spiderpig.audit_event where kind = 'second_factor_failed' and target = $1",
    [name],
  );
  assert.equal(failed[0]?.count, 5, "a code that came too early was not checked");
});

test("wrong recovery codes are refused with pauses, which do not delay the owner at another address", async () => {
  const { name, recoveryCodes } = await personWithApp();
  const user = await callerWith(await signIn(auth, name), "verify_second_factor");
  const guess = () => enterSecondFactor(ORIGIN, user, "aaaa-aaaa-aaaa-aaaa", auth);
  for (let count = 0; count < 5; count += 1) await assert.rejects(guess(), { code: "code_refused" });

  await assert.rejects(guess(), { code: "too_many_codes" });

  await enterSecondFactor({ ...ORIGIN, address: "192.0.2.99" }, user, recoveryCodes[0] ?? "", auth);
});

test("of two requests that remove the last two factors at the same time, one is refused where a factor is required", async () => {
  for (let round = 0; round < 3; round += 1) {
    const { user } = await personWithApp("deployer");
    const credential = createAuthenticator(HOST, PUBLIC_URL).create(await passkeyCreation(user, auth));
    await addPasskey(ORIGIN, user, { name: "laptop", credential }, auth);
    const [passkey] = (await accountOf(user)).passkeys;

    const results = await Promise.allSettled([
      removeAuthenticatorApp(ORIGIN, user, strict),
      removePasskey(ORIGIN, user, passkey?.id ?? 0, strict),
    ]);

    assert.equal(results.filter(({ status }) => status === "fulfilled").length, 1);
  }
});

test("a recovery code works once, and new codes replace the earlier ones", async () => {
  const { name, user, recoveryCodes } = await personWithApp();
  assert.equal(recoveryCodes.length, 10);
  const [first = "", second = ""] = recoveryCodes;
  const enter = async (code: string) => {
    const caller = await callerWith(await signIn(auth, name), "verify_second_factor");
    await enterSecondFactor(ORIGIN, caller, code, auth);
  };

  await enter(first);

  await assert.rejects(enter(first), { code: "code_refused" });
  assert.equal((await accountOf(user)).recoveryCodesLeft, 9);
  const [renewed = ""] = await renewRecoveryCodes(ORIGIN, user, auth);
  await assert.rejects(enter(second), { code: "code_refused" });
  await enter(renewed);
});

test("where the role requires a second factor, a person without one can only set one up", async () => {
  const cookie = await signIn(strict, await world.person("deployer"));
  assert.deepEqual(await permitted(cookie, strict), ["set_up_second_factor"]);
  const user = await callerWith(cookie, "set_up_second_factor", strict);

  const { secret } = await startAuthenticatorApp(user, strict);
  await assert.rejects(confirmAuthenticatorApp(ORIGIN, user, "000000", strict), { code: "code_refused" });
  await confirmAuthenticatorApp(ORIGIN, user, codeAt(secret, new Date()), strict);

  assert.ok((await permitted(cookie, strict)).includes("create_job"));
  await assert.rejects(removeAuthenticatorApp(ORIGIN, user, strict), { code: "second_factor_required" });
  const viewer = await signIn(strict, await world.person("viewer"));
  assert.ok((await permitted(viewer, strict)).includes("view"), "other roles need none");
});

test("a password that was entered long ago is no first factor", async () => {
  const { name } = await personWithApp();
  const cookie = await signIn(auth, name);
  await query(db, "update auth.session set confirmed_at = now() - interval '16 minutes'");

  assert.deepEqual(await permitted(cookie), []);
});

test("the secret of the app and the recovery codes are not stored in the clear", async () => {
  const { secret, recoveryCodes } = await personWithApp();

  const rows = await query<{ text: string }>(
    db,
    "select t::text as text from auth.totp t union all select r::text from auth.recovery_code r",
  );

  for (const { text } of rows) {
    for (const plain of [secret, ...recoveryCodes]) assert.ok(!text.includes(plain.replaceAll("-", "")));
  }
});

test("removing the last factor removes the recovery codes, and an administrator can reset all", async () => {
  const { name, user } = await personWithApp();
  await removeAuthenticatorApp(ORIGIN, user, auth);
  assert.equal((await accountOf(user)).recoveryCodesLeft, 0);
  assert.ok((await permitted(await signIn(auth, name))).includes("view"));

  const other = await personWithApp();
  await resetSecondFactors(asOperator(db), other.name);
  assert.ok((await permitted(await signIn(auth, other.name))).includes("view"));
});

test("a passkey signs in alone, as both factors, and each of its responses is accepted once", async () => {
  const name = await world.person("deployer");
  const user = await callerWith(await signIn(auth, name));
  const authenticator = createAuthenticator(HOST, PUBLIC_URL);
  const created = authenticator.create(await passkeyCreation(user, auth));

  const recoveryCodes = await addPasskey(ORIGIN, user, { name: "laptop", credential: created }, auth);

  assert.equal(recoveryCodes.length, 10);
  const answer = authenticator.get(passkeyRequest(auth));
  const { userId } = await verifyPasskey(answer, auth);
  assert.equal(userId, user.id);
  await assert.rejects(verifyPasskey(answer, auth), { code: "passkey_refused" });
  const { headers } = await strict.library.api.openSession({
    body: { userId, signInMethod: "passkey" },
    returnHeaders: true,
  });
  const cookie = cookieOf(new Response(null, { headers }));
  assert.ok((await permitted(cookie, strict)).includes("create_job"));
  assert.deepEqual(await permitted(await signIn(auth, name)), ["verify_second_factor"]);

  const [passkey] = (await accountOf(user)).passkeys;
  assert.equal(passkey?.name, "laptop");
  await removePasskey(ORIGIN, user, passkey?.id ?? 0, auth);
  await assert.rejects(verifyPasskey(authenticator.get(passkeyRequest(auth)), auth), {
    code: "passkey_refused",
  });
});

test("an account has fifty passkeys at most", async () => {
  const user = await callerWith(await signIn(auth, await world.person("deployer")));
  await query(
    db,
    `insert into auth.passkey (user_id, name, credential_id, public_key, counter)
     select $1, 'key', $1 || n, '\\x00', 0 from generate_series(1, 50) n`,
    [user.id],
  );
  const credential = createAuthenticator(HOST, PUBLIC_URL).create(await passkeyCreation(user, auth));

  await assert.rejects(addPasskey(ORIGIN, user, { name: "laptop", credential }, auth), {
    code: "too_many_credentials",
  });
});

test("a request that was under way when an admin reset the second factors adds none", async () => {
  const name = await world.person("deployer");
  const user = await callerWith(await signIn(auth, name));
  const authenticator = createAuthenticator(HOST, PUBLIC_URL);
  const credential = authenticator.create(await passkeyCreation(user, auth));

  await resetSecondFactors(asOperator(db), name);

  await assert.rejects(addPasskey(ORIGIN, user, { name: "laptop", credential }, auth), {
    code: "not_signed_in",
  });
  await assert.rejects(verifyPasskey(authenticator.get(passkeyRequest(auth)), auth), {
    code: "passkey_refused",
  });
});

test("a passkey of another site, without the user's verification, or for another account is refused", async () => {
  const user = await callerWith(await signIn(auth, await world.person("viewer")));
  const other = await callerWith(await signIn(auth, await world.person("viewer")));
  const creation = await passkeyCreation(user, auth);
  const add = (credential: ReturnType<ReturnType<typeof createAuthenticator>["create"]>, by = user) =>
    addPasskey(ORIGIN, by, { name: "x", credential }, auth);
  const own = createAuthenticator(HOST, PUBLIC_URL);
  const isRefused = { code: "passkey_refused" };

  await assert.rejects(add(createAuthenticator(HOST, "https://evil.example").create(creation)), isRefused);
  await assert.rejects(add(createAuthenticator("evil.example", PUBLIC_URL).create(creation)), isRefused);
  await assert.rejects(add(own.create(creation, { isUserVerified: false })), isRefused);
  await assert.rejects(add(own.create(creation), other), isRefused, "the challenge was for another account");
  await assert.rejects(add(own.create(passkeyRequest(auth))), isRefused, "the challenge was for signing in");
  await add(own.create(creation));

  await assert.rejects(
    verifyPasskey(own.get(passkeyRequest(auth), { isUserVerified: false }), auth),
    isRefused,
  );
  await assert.rejects(verifyPasskey(own.get({ challenge: "AAAA" }), auth), isRefused);
  assert.equal((await verifyPasskey(own.get(passkeyRequest(auth)), auth)).userId, user.id);
});

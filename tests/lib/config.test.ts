import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { generateVapidKey } from "#lib/notify/vapid.ts";
import { ConfigError, inheritableEnvironment, loadConfig, requireSetting, SETTINGS } from "#lib/config.ts";
import { SECRETS } from "#lib/secret-files.ts";

const VAPID = generateVapidKey();

function issuesOf(env: Record<string, string>): string[] {
  try {
    loadConfig(env);
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.message.split("\n");
  }
  return [];
}

test("no setting is required", () => {
  const config = loadConfig({});

  assert.equal(config.databaseUrl, undefined);
  assert.equal(config.publicUrl, `http://127.0.0.1:${config.port}`);
  assert.equal(config.demoAccounts, false);
  assert.ok(path.isAbsolute(config.dataDir));
  assert.ok(Object.isFrozen(config));
});

test("an empty value counts as unset", () => {
  const empty = Object.fromEntries(Object.keys(SETTINGS).map((name) => [name, "  "]));

  assert.deepEqual(loadConfig(empty), loadConfig({}));
});

test("all validation issues are reported at once, with the variable's name and value", () => {
  const faulty = {
    DATABASE_URL: "mysql://x",
    PORT: "80000",
    PUBLIC_URL: "example.org",
    GERRIT_URL: "ftp://gerrit",
    TASK_URL: "https://tasks.example/",
    SCAP_COMMAND: "/usr/bin/scap",
    SESSION_SECRET: "short",
    LOG_LEVEL: "loud",
    SANDBOX_SPEED: "0",
    SANDBOX_PORT: "x",
  };

  const issues = issuesOf(faulty);
  assert.deepEqual(
    issues.map((issue) => issue.replace(/:.*/s, "")).toSorted(),
    Object.keys(faulty).toSorted(),
  );
  assert.ok(issues.some((issue) => issue.includes("80000")));
});

for (const [name, value] of [
  ["PORT", "-1"],
  ["PORT", "80.5"],
  ["PORT", "http"],
  ["SCAP_COMMAND", "[]"],
  ["SCAP_COMMAND", '[""]'],
  ["SCAP_COMMAND", '{"program": "scap"}'],
  ["SCAP_COMMAND", "[1]"],
  ["SANDBOX_SPEED", "-2"],
  ["PUBLIC_URL", "javascript:alert(1)"],
  ["TASK_URL", "javascript:open('{task}')"],
  ["TASK_URL", "{task}"],
  ["REMIND_AFTER_MINUTES", "-1"],
  ["REMIND_AFTER_MINUTES", "soon"],
  ["QUESTION_EXPIRES_AFTER_MINUTES", "0"],
  ["QUESTION_EXPIRY_ACTION", "answer"],
  ["QUESTION_EXPIRY_ACTION", "kill"],
  ["VAPID_SUBJECT", "operator"],
  ["PUSH_PROXY", "proxy.example.org"],
  ["TRUSTED_PROXIES", "proxy.example.org"],
  ["TRUSTED_PROXIES", "10.0.0.0/33"],
] as const) {
  test(`${name}=${value} is refused`, () => {
    const issues = issuesOf({ [name]: value });
    assert.equal(issues.length, 1);
    assert.match(issues[0] ?? "", new RegExp(`^${name}: `));
  });
}

test("values that are set are used", () => {
  const config = loadConfig({
    DATABASE_URL: "postgres://u:p@db/x",
    HOST: "::1",
    PORT: "0",
    GERRIT_URL: "https://gerrit.example.org/r//",
    TASK_URL: "https://tasks.example.org/{task}?from={task}",
    SCAP_COMMAND: '["/usr/bin/scap", "-v"]',
    SCAP_ENVIRONMENT: "KRB5CCNAME, http_proxy",
    DATA_DIR: "/srv/data",
    WORKER_HOST: "deploy1",
  });

  assert.equal(config.databaseUrl, "postgres://u:p@db/x");
  assert.equal(config.publicUrl, "http://[::1]:0");
  assert.equal(config.gerritUrl, "https://gerrit.example.org/r");
  assert.equal(config.taskUrl, "https://tasks.example.org/{task}?from={task}");
  assert.deepEqual(config.scapCommand, ["/usr/bin/scap", "-v"]);
  assert.deepEqual(config.scapEnvironment, ["KRB5CCNAME", "http_proxy"]);
  assert.deepEqual([config.dataDir, config.workerHost], ["/srv/data", "deploy1"]);
});

test("a key pair for push services is complete", () => {
  const { publicKey, privateKey } = generateVapidKey();
  const both = { VAPID_PUBLIC_KEY: publicKey, VAPID_PRIVATE_KEY: privateKey };

  assert.equal(loadConfig({}).vapidKey, undefined);
  assert.deepEqual(loadConfig(both).vapidKey, { publicKey, privateKey });
  for (const env of [
    { VAPID_PUBLIC_KEY: publicKey },
    { VAPID_PRIVATE_KEY: privateKey },
    { ...both, VAPID_PRIVATE_KEY: "c2VjcmV0" },
  ]) {
    const issues = issuesOf(env);
    assert.equal(issues.length, 1);
    assert.match(issues[0] ?? "", /^VAPID_/);
    assert.doesNotMatch(issues[0] ?? "", new RegExp(`${privateKey}|c2VjcmV0`));
  }
});

test("single sign-on needs the client and the groups of the roles", () => {
  const issuer = { OIDC_ISSUER: "https://idp.example.org" };
  const complete = {
    ...issuer,
    OIDC_CLIENT_ID: "spiderpig",
    OIDC_ROLE_GROUPS: "admin=sre, viewer=a b,viewer=c",
  };

  assert.equal(loadConfig({}).oidc, undefined);
  assert.deepEqual(loadConfig(complete).oidc?.roleGroups, {
    admin: ["sre"],
    deployer: [],
    viewer: ["a b", "c"],
  });
  assert.deepEqual(
    issuesOf(issuer).map((issue) => issue.replace(/:.*/, "")),
    ["OIDC_CLIENT_ID", "OIDC_ROLE_GROUPS"],
  );
  for (const wrong of ["ops", "root=ops", "admin=", "admin=ops,,"]) {
    assert.match(issuesOf({ ...complete, OIDC_ROLE_GROUPS: wrong }).join(), /^OIDC_ROLE_GROUPS/, wrong);
  }
  assert.match(
    issuesOf({ ...complete, OIDC_ISSUER: "http://idp.example.org" }).join(),
    /^OIDC_ISSUER: must use https/,
  );
  assert.equal(
    loadConfig({ ...complete, OIDC_ISSUER: "http://127.0.0.1:8088" }).oidc?.issuer,
    "http://127.0.0.1:8088",
  );
});

test("local accounts can be turned off, except those that are named, if there is another way to sign in", () => {
  assert.equal(loadConfig({}).localAccounts, "on");
  assert.deepEqual(loadConfig({ LOCAL_ACCOUNTS: "emergency, bot" }).localAccounts, ["emergency", "bot"]);
  assert.match(issuesOf({ LOCAL_ACCOUNTS: "off" }).join(), /^LOCAL_ACCOUNTS/);
});

/** A valid value of each secret. */
const SECRET_VALUES: Record<(typeof SECRETS)[number], string> = {
  DATABASE_URL: "postgresql://spiderpig:password@db/spiderpig",
  SESSION_SECRET: "a secret of the tests, long enough to sign with",
  VAPID_PRIVATE_KEY: VAPID.privateKey,
  OIDC_CLIENT_SECRET: "secret-of-the-client",
  ERRORS_AUTHORIZATION: "ApiKey c2VjcmV0",
};

for (const name of SECRETS) {
  test(`${name} may be in a file, and an error names the file's setting and never the value`, (context) => {
    const directory = mkdtempSync(path.join(tmpdir(), "config-"));
    context.after(() => rmSync(directory, { recursive: true }));
    const file = path.join(directory, "secret");
    const setting = `${name}_FILE`;
    const others = name === "VAPID_PRIVATE_KEY" ? { VAPID_PUBLIC_KEY: VAPID.publicKey } : {};
    const value = SECRET_VALUES[name];
    writeFileSync(file, `${value}\n`);
    const inFile = { ...others, [setting]: file };

    assert.deepEqual(loadConfig(inFile), loadConfig({ ...others, [name]: value }));
    const refused = [
      { text: "not a valid value", env: inFile, expected: /_FILE: must / },
      { text: " \n", env: inFile, expected: /_FILE: .* is empty$/ },
      { text: value, env: { ...inFile, [name]: value }, expected: /_FILE: must not be set together with / },
      {
        text: value,
        env: { ...others, [setting]: `${file}.none` },
        expected: /_FILE: cannot be read: ENOENT/,
      },
    ];
    for (const { text, env, expected } of refused) {
      writeFileSync(file, text);
      const [issue = "", ...more] = issuesOf(env);
      assert.ok(issue.startsWith(`${name}_FILE: `), issue);
      assert.match(issue, expected);
      assert.doesNotMatch(issue, new RegExp(`not a valid value|${value.replaceAll(/\W/g, ".")}`));
      assert.deepEqual(more, []);
    }
  });
}

test("push services get an address of the operator: the page's, if it has one that they accept", () => {
  assert.equal(loadConfig({}).vapidSubject, undefined);
  assert.equal(loadConfig({ PUBLIC_URL: "https://d.example.org" }).vapidSubject, "https://d.example.org");
  assert.equal(
    loadConfig({ VAPID_SUBJECT: "mailto:ops@example.org" }).vapidSubject,
    "mailto:ops@example.org",
  );
});

test("people are reminded after ten minutes, and no question expires unless a policy says so", () => {
  const config = loadConfig({});

  assert.equal(config.remindAfterMs, 600_000);
  assert.equal(config.questionExpiry, undefined);
  assert.equal(loadConfig({ QUESTION_EXPIRY_ACTION: "terminate" }).questionExpiry, undefined);
  assert.deepEqual(loadConfig({ QUESTION_EXPIRES_AFTER_MINUTES: "60" }).questionExpiry, {
    afterMs: 3_600_000,
    action: "interrupt",
  });
  assert.equal(loadConfig({ REMIND_AFTER_MINUTES: "0" }).remindAfterMs, 0);
});

for (const [env, there] of [
  [{ SANDBOX_DIR: "/w" }, true],
  [{ SANDBOX_DIR: "/w", HOST: "::1" }, true],
  [{ SANDBOX_DIR: "/w", HOST: "localhost" }, true],
  [{ SANDBOX_DIR: "/w", HOST: "0.0.0.0" }, false],
  [{ SANDBOX_DIR: "/w", HOST: "127.0.0.2.example.org" }, false],
  [{ HOST: "127.0.0.1" }, false],
] as const) {
  test(`demo accounts are ${there ? "enabled" : "disabled"} with ${JSON.stringify(env)}`, () => {
    assert.equal(loadConfig(env).demoAccounts, there);
  });
}

test("a missing setting is reported by name, with its purpose", () => {
  assert.equal(requireSetting("x", "DATABASE_URL"), "x");
  assert.throws(
    () => requireSetting(undefined, "DATABASE_URL"),
    (error) =>
      error instanceof ConfigError && error.message.includes(SETTINGS.DATABASE_URL.description ?? "?"),
  );
});

test("scap inherits the variables it needs and none of our secrets", (context) => {
  const before = { ...process.env };
  context.after(() => {
    process.env = before;
  });
  process.env = {
    PATH: "/bin",
    HOME: "/home/x",
    LC_ALL: "C",
    SSH_AUTH_SOCK: "/agent",
    SANDBOX_DIR: "/w",
    KRB5CCNAME: "/krb",
    DATABASE_URL: "postgres://secret",
    SESSION_SECRET: "secret",
    MY_PATH: "x",
    NODE_OPTIONS: "--inspect",
    NODE_ENV: "production",
  };

  assert.deepEqual(Object.keys(inheritableEnvironment(["KRB5CCNAME"])).toSorted(), [
    "HOME",
    "KRB5CCNAME",
    "LC_ALL",
    "PATH",
    "SANDBOX_DIR",
    "SSH_AUTH_SOCK",
  ]);
});

test("every setting has a description of its purpose", () => {
  for (const [name, { description }] of Object.entries(SETTINGS)) {
    assert.match(description ?? "", /^[A-Z].+\.$/s, name);
  }
});

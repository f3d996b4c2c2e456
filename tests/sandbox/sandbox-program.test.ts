import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { access, readFile, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { until } from "../support/until.ts";
import { temporaryDirectory } from "./open-sandbox.ts";
import { bareEnvironment } from "../support/bare-environment.ts";

const program = fileURLToPath(new URL("../../sandbox/main.ts", import.meta.url));

type Program = {
  pid: number;
  output: () => string;
  complaint: () => string;
  signal: (name: NodeJS.Signals) => void;
  ended: Promise<number | null>;
};

function start(context: TestContext, variables: Record<string, string>): Program {
  const child = spawn(process.execPath, [program], {
    env: bareEnvironment(variables),
    stdio: ["ignore", "pipe", "pipe"],
  });
  context.after(() => child.kill("SIGKILL"));
  let output = "";
  let complaint = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (complaint += text));
  const ended = once(child, "close").then(([code]) => code as number | null);
  return {
    pid: child.pid ?? 0,
    output: () => output,
    complaint: () => complaint,
    signal: (name) => child.kill(name),
    ended,
  };
}

const isThere = (file: string) =>
  access(file).then(
    () => true,
    () => false,
  );

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  test(`the program prints one line of JSON when it is ready, and exits on ${signal}`, async (context) => {
    const directory = await temporaryDirectory((clean) => context.after(clean));
    const sandbox = start(context, { SANDBOX_DIR: join(directory, "new/sandbox"), SANDBOX_SPEED: "50" });
    await until("the program to be ready", () => sandbox.output().includes("\n"));

    const ready = JSON.parse(sandbox.output()) as {
      ready: boolean;
      gerritUrl: string;
      servers: { url: string }[];
    };
    const description = JSON.parse(await readFile(join(directory, "new/sandbox/sandbox.json"), "utf8")) as {
      pid: number;
      speed: number;
    };
    assert.equal(ready.ready, true);
    assert.equal(description.pid, sandbox.pid);
    assert.equal(description.speed, 50);
    assert.equal((await fetch(`${ready.gerritUrl}/config/server/version`)).status, 200);
    // An open connection must not hold the program back: neither one that has had its answer nor one that still asks,
    // for which a server waits a minute.
    const idle = await fetch(ready.servers[0]?.url ?? "");
    const { hostname, port } = new URL(ready.servers[0]?.url ?? "");
    const asking = connect(Number(port), hostname);
    context.after(() => asking.destroy());
    asking.on("error", () => undefined);
    await once(asking, "connect");
    asking.write("GET / HTTP/1.1\r\n");
    const before = performance.now();
    sandbox.signal(signal);

    assert.equal(await sandbox.ended, 0);
    assert.ok(performance.now() - before < 30_000, "the program waited for its connections");
    assert.equal(await isThere(join(directory, "new/sandbox/sandbox.json")), false);
    assert.equal(sandbox.complaint(), "");
    await idle.text().catch(() => "");
  });
}

test("an error that the user can fix is one line on stderr and exit code 1", async (context) => {
  const directory = await temporaryDirectory((clean) => context.after(clean));
  const file = join(directory, "file");
  await writeFile(file, "");
  const running = start(context, { SANDBOX_DIR: join(directory, "running") });
  await until("the first program to be ready", () => running.output().includes("\n"));
  const { gerritUrl } = JSON.parse(running.output()) as { gerritUrl: string };
  const port = new URL(gerritUrl).port;
  const other = (name: string) => ({ SANDBOX_DIR: join(directory, name) });
  const cases: [variables: Record<string, string>, complaint: RegExp][] = [
    [{}, /SANDBOX_DIR must name/],
    [{ ...other("speed"), SANDBOX_SPEED: "fast" }, /SANDBOX_SPEED must be a number above 0: fast/],
    [{ ...other("port"), SANDBOX_PORT: "70000" }, /SANDBOX_PORT/],
    [
      { ...other("used-port"), SANDBOX_PORT: port },
      new RegExp(`port ${port} on 127\\.0\\.0\\.1 is in use: set SANDBOX_PORT`),
    ],
    [{ ...other("host"), HOST: "192.0.2.1" }, /192\.0\.2\.1 is not an address of this machine: set HOST/],
    [{ SANDBOX_DIR: join(file, "below") }, /cannot write .*file/],
    [{ ...other("git"), PATH: directory }, /git is not installed: the sandbox needs git 2\.38 or newer/],
    [{ SANDBOX_DIR: join(directory, "running") }, /already running in/],
  ];

  const started = cases.map(([variables, complaint]) => ({ complaint, sandbox: start(context, variables) }));
  for (const { complaint, sandbox } of started) {
    assert.equal(await sandbox.ended, 1, String(complaint));
    assert.match(sandbox.complaint(), /^sandbox: [^\n]+\n$/);
    assert.match(sandbox.complaint(), complaint);
    assert.equal(sandbox.output(), "");
  }
});

test("the user's git configuration and variables do not change the sandbox", async (context) => {
  const directory = await temporaryDirectory((clean) => context.after(clean));
  await writeFile(
    join(directory, ".gitconfig"),
    "[commit]\n\tgpgsign = true\n[core]\n\tautocrlf = true\n\thooksPath = /nowhere\n[init]\n\tdefaultObjectFormat = sha256\n[this is broken",
  );
  const sandbox = start(context, {
    SANDBOX_DIR: join(directory, "sandbox"),
    HOME: directory,
    GIT_DIR: "/nowhere",
    GIT_WORK_TREE: "/nowhere",
    GIT_INDEX_FILE: "/nowhere/index",
    GIT_DEFAULT_HASH: "sha256",
    LANG: "de_DE.UTF-8",
    TZ: "Pacific/Auckland",
  });
  await until("the program to be ready", () => sandbox.output().includes("\n") || sandbox.complaint() !== "");

  assert.equal(sandbox.complaint(), "");
  const master = join(directory, "sandbox/gerrit/operations/mediawiki-config.git/refs/heads/master");
  assert.equal((await readFile(master, "utf8")).trim(), "07ddd9dd9d73482c2bac6788f4af12f6fa3f7138");
});

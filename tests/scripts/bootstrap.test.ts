/** The bootstrap on the oldest Node around, in a checkout as small as can be, with the real npm. */
import assert from "node:assert/strict";
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { identityOf } from "../../scripts/processes.mjs";
import { inProject } from "../../scripts/root.ts";
import { until } from "../support/until.ts";

const scratch = mkdtempSync(join(tmpdir(), "bootstrap test #1 100% "));
const children: ChildProcess[] = [];
after(() => {
  for (const child of children) child.kill("SIGKILL");
  rmSync(scratch, { recursive: true, force: true });
});

/** The system's own Node where there is one: that is what a fresh checkout is started with. */
const SYSTEM_NODE = ["/usr/bin/node", "/usr/local/bin/node"].find(existsSync) ?? process.execPath;
const OUR_NODE = `node-${process.platform}-${process.arch}`;
const SYSTEM_PATH = (process.env["PATH"] ?? "")
  .split(":")
  .filter((entry) => !entry.includes("node_modules"))
  .join(":");

const PROGRAM = `
  import { appendFileSync } from "node:fs";
  const note: (line: string) => void = (line) => appendFileSync(process.env["RECORD"] ?? "", line + "\\n");
  const [word] = process.argv.slice(2);
  note(\`began \${process.version.split(".")[0]} \${word} \${process.pid}\`);
  if (word === "wait") {
    process.on("SIGTERM", () => { note("SIGTERM"); process.exit(5); });
    setInterval(() => {}, 60_000);
  } else process.exitCode = 3;
`;

/** A checkout without packages, whose only package is a Node, brought by a folder instead of a registry. */
function checkout(): { root: string; record: string } {
  const root = mkdtempSync(join(scratch, "checkout-"));
  mkdirSync(join(root, "scripts"));
  mkdirSync(join(root, "brought/bin"), { recursive: true });
  for (const file of ["bootstrap.mjs", "install.mjs", "lock.mjs", "processes.mjs", "lifeline.ts"]) {
    copyFileSync(inProject("scripts", file), join(root, "scripts", file));
  }
  writeFileSync(join(root, "scripts/hello.ts"), PROGRAM);
  symlinkSync(process.execPath, join(root, "brought/bin/node"));
  const brought = { name: OUR_NODE, version: "24.0.0", bin: { node: "bin/node" } };
  writeFileSync(join(root, "brought/package.json"), JSON.stringify(brought));
  const dependencies = { [OUR_NODE]: "file:brought" };
  const scripts = { hello: "exec node scripts/bootstrap.mjs hello" };
  const own = { name: "small", version: "1.0.0", type: "module", scripts, dependencies };
  writeFileSync(join(root, "package.json"), JSON.stringify(own));
  const packages = {
    "": own,
    brought: { ...brought },
    [`node_modules/${OUR_NODE}`]: { resolved: "brought", link: true },
  };
  const lock = { name: "small", version: "1.0.0", lockfileVersion: 3, requires: true, packages };
  writeFileSync(join(root, "package-lock.json"), JSON.stringify(lock));
  return { root, record: join(root, "record") };
}

/** An npm of our own in front of the real one. */
function fakeNpm(root: string, script: string): string {
  const bin = join(root, "fake-bin");
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, "npm"), `#!/bin/sh\n[ "$1" = --version ] && exit 0\n${script}\n`);
  chmodSync(join(bin, "npm"), 0o755);
  return `${bin}:${SYSTEM_PATH}`;
}

function bootstrap(at: { root: string; record: string }, word: string, path = SYSTEM_PATH): ChildProcess {
  const child = spawn(SYSTEM_NODE, [join(at.root, "scripts/bootstrap.mjs"), "hello", word], {
    cwd: at.root,
    env: { PATH: path, HOME: at.root, RECORD: at.record, NODE_ENV: "production" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.push(child);
  return child;
}

async function finish(
  child: ChildProcess,
): Promise<{ code: number | null; signal: string | null; said: string }> {
  let said = "";
  child.stdout?.on("data", (chunk) => (said += String(chunk)));
  child.stderr?.on("data", (chunk) => (said += String(chunk)));
  await until("the bootstrap to end", () => child.exitCode !== null || child.signalCode !== null, {
    boundMs: 180_000,
  });
  return { code: child.exitCode, signal: child.signalCode, said };
}

const recordOf = ({ record }: { record: string }): string =>
  existsSync(record) ? readFileSync(record, "utf8") : "";

test("a fresh checkout installs its packages and runs the program on Node 24, with its exit code", async () => {
  const at = checkout();

  const { code, said } = await finish(bootstrap(at, "once"));

  assert.equal(code, 3);
  assert.match(recordOf(at), /^began v24 once \d+\n$/);
  assert.match(said, /packages {6}installed from the lock file +\d+\.\d s/);
});

test("packages that are there are not installed again, those of another lock file are", async () => {
  const at = checkout();
  await finish(bootstrap(at, "first"));
  const path = fakeNpm(at.root, `echo called >> "$RECORD"`);

  await finish(bootstrap(at, "second", path));
  assert.ok(!recordOf(at).includes("called"));

  const lock = join(at.root, "package-lock.json");
  writeFileSync(lock, readFileSync(lock, "utf8").replaceAll("24.0.0", "24.0.1"));
  await finish(bootstrap(at, "third", path));
  assert.ok(recordOf(at).includes("called"));
});

test("packages that somebody installed by hand are taken as they are", async () => {
  const at = checkout();
  spawnSync("npm", ["ci", "--no-audit", "--no-fund"], {
    cwd: at.root,
    env: { ...process.env, PATH: SYSTEM_PATH },
  });
  const path = fakeNpm(at.root, `echo called >> "$RECORD"`);

  await finish(bootstrap(at, "once", path));

  assert.match(recordOf(at), /^began v24 once \d+\n$/);
});

test("of two that begin at once one installs and both run", async () => {
  const at = checkout();

  const both = await Promise.all([finish(bootstrap(at, "one")), finish(bootstrap(at, "two"))]);

  assert.deepEqual(
    both.map(({ code }) => code),
    [3, 3],
  );
  assert.equal(both.filter(({ said }) => said.includes("installed from the lock file")).length, 1);
});

test("when the packages cannot be had it says so once, shows npm's reason and nothing else of it", async () => {
  const at = checkout();
  const noise = "for n in $(seq 500); do echo npm http fetch $n; done";
  const path = fakeNpm(at.root, `${noise}; echo 'npm error code ENOTFOUND' >&2; exit 1`);

  const { code, said } = await finish(bootstrap(at, "once", path));

  assert.equal(code, 1);
  assert.match(
    said,
    /cannot install the packages: the package registry cannot be reached, is the network there\?/,
  );
  assert.match(said, /npm error code ENOTFOUND/);
  assert.ok(!said.includes("npm http fetch"));
  assert.equal(recordOf(at), "");
});

test("an installation that was interrupted is done again, after the npm that was left has ended", async () => {
  const at = checkout();
  const path = fakeNpm(at.root, `echo "npm $$" >> "$RECORD"; mkdir -p node_modules/half; exec sleep 60`);
  const first = bootstrap(at, "first", path);
  const npm = await until("npm to run", () => /^npm (\d+)$/m.exec(recordOf(at))?.[1]);
  first.kill("SIGKILL");

  const second = finish(bootstrap(at, "second"));
  await until("the first to be gone", () => first.signalCode !== null);
  assert.ok(identityOf(Number(npm)) !== undefined, "its npm goes on");
  process.kill(Number(npm), "SIGKILL");

  assert.equal((await second).code, 3);
  assert.match(recordOf(at), /^began v24 second \d+$/m);
});

test("a Ctrl-C during the installation ends it", async () => {
  const at = checkout();
  const path = fakeNpm(at.root, `echo "npm $$" >> "$RECORD"; exec sleep 60`);
  const child = bootstrap(at, "once", path);
  const npm = await until("npm to run", () => /^npm (\d+)$/m.exec(recordOf(at))?.[1]);

  child.kill("SIGINT");
  const { signal } = await finish(child);

  assert.equal(signal, "SIGINT");
  await until("npm to end", () => identityOf(Number(npm)) === undefined);
});

test("a signal reaches the program and its exit code comes back", async () => {
  const at = checkout();
  const child = bootstrap(at, "wait");
  await until("the program", () => recordOf(at).includes("began"));

  child.kill("SIGTERM");
  const { code } = await finish(child);

  assert.equal(code, 5);
  assert.match(recordOf(at), /^SIGTERM$/m);
});

test("the program ends when the bootstrap is killed outright", async () => {
  const at = checkout();
  const child = bootstrap(at, "wait");
  const pid = await until("the program", () => /began v24 wait (\d+)/.exec(recordOf(at))?.[1]);

  child.kill("SIGKILL");

  await until("the program to end", () => identityOf(Number(pid)) === undefined);
});

test("a program that does not exist is answered with how to use it", async () => {
  const at = checkout();
  const done = spawnSync(SYSTEM_NODE, [join(at.root, "scripts/bootstrap.mjs"), "../../etc"], {
    encoding: "utf8",
  });

  assert.equal(done.status, 1);
  assert.equal(done.stderr, "usage: node scripts/bootstrap.mjs hello [arguments]\n");
});

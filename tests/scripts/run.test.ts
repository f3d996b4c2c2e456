/** scripts/run in a minimal checkout, with the system's own Node and the real npm. */
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
import { inProject } from "../../scripts/root.ts";
import { parentOf } from "../../scripts/processes.ts";
import { until } from "../support/until.ts";

const scratch = mkdtempSync(join(tmpdir(), "bootstrap test #1 100% "));
const children: ChildProcess[] = [];
after(() => {
  for (const child of children) child.kill("SIGKILL");
  rmSync(scratch, { recursive: true, force: true });
});

const OUR_NODE = `node-${process.platform}-${process.arch}`;
const SYSTEM_PATH = (process.env["PATH"] ?? "")
  .split(":")
  .filter((entry) => !entry.includes("node_modules"))
  .join(":");

const PROGRAM = `
  import { appendFileSync } from "node:fs";
  const note: (line: string) => void = (line) => appendFileSync(process.env["RECORD"] ?? "", line + "\\n");
  const [word] = process.argv.slice(2);
  if (word === "wait") {
    process.on("SIGTERM", () => { note("SIGTERM"); process.exit(5); });
    setInterval(() => {}, 60_000);
  } else process.exitCode = 3;
  note(\`began \${process.version.split(".")[0]} \${word} \${process.pid}\`);
`;

/** A checkout without packages, whose only package is a Node, brought by a folder instead of a registry. */
function checkout(): { root: string; record: string } {
  const root = mkdtempSync(join(scratch, "checkout-"));
  mkdirSync(join(root, "scripts"));
  mkdirSync(join(root, "brought/bin"), { recursive: true });
  for (const file of ["run", "usage.txt"]) {
    copyFileSync(inProject("scripts", file), join(root, "scripts", file));
  }
  writeFileSync(join(root, "scripts/hello.ts"), PROGRAM);
  symlinkSync(process.execPath, join(root, "brought/bin/node"));
  const brought = { name: OUR_NODE, version: "24.0.0", bin: { node: "bin/node" } };
  writeFileSync(join(root, "brought/package.json"), JSON.stringify(brought));
  const dependencies = { [OUR_NODE]: "file:brought" };
  const { scripts } = JSON.parse(readFileSync(inProject("package.json"), "utf8")) as { scripts: object };
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
  writeFileSync(join(bin, "npm"), `#!/bin/sh\n${script}\n`);
  chmodSync(join(bin, "npm"), 0o755);
  return `${bin}:${SYSTEM_PATH}`;
}

function run(
  at: { root: string; record: string },
  args: readonly string[],
  path = SYSTEM_PATH,
): ChildProcess {
  const child = spawn("sh", [join(at.root, "scripts/run"), ...args], {
    env: { PATH: path, HOME: at.root, RECORD: at.record, NODE_ENV: "production" },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  children.push(child);
  return child;
}

function hello(at: { root: string; record: string }, word: string, path = SYSTEM_PATH): ChildProcess {
  return run(at, ["scripts/hello.ts", word], path);
}

async function finish(
  child: ChildProcess,
): Promise<{ code: number | null; signal: string | null; said: string }> {
  let said = "";
  child.stdout?.on("data", (chunk) => (said += String(chunk)));
  child.stderr?.on("data", (chunk) => (said += String(chunk)));
  await until("it to end", () => child.exitCode !== null || child.signalCode !== null);
  return { code: child.exitCode, signal: child.signalCode, said };
}

const recordOf = ({ record }: { record: string }): string =>
  existsSync(record) ? readFileSync(record, "utf8") : "";

test("a fresh checkout installs its packages and runs the program on Node 24, with its exit code", async () => {
  const at = checkout();

  const { code, said } = await finish(hello(at, "once"));

  assert.equal(code, 3);
  assert.match(recordOf(at), /^began v24 once \d+\n$/);
  assert.match(said, /packages {6}installing them/);
});

test("--help prints the usage and installs nothing", async () => {
  const at = checkout();

  for (const program of ["start", "test"]) {
    const { code, said } = await finish(run(at, [`scripts/${program}.ts`, "--help"]));
    assert.equal(code, 0);
    assert.match(said, /^ {2}npm start .*\n {2}npm test /m);
  }
  assert.equal(existsSync(join(at.root, "node_modules")), false);
});

test("packages that are there are not installed again, those of another lock file are", async () => {
  const at = checkout();
  await finish(hello(at, "first"));
  const path = fakeNpm(at.root, `echo called >> "$RECORD"`);

  await finish(hello(at, "second", path));
  assert.ok(!recordOf(at).includes("called"));

  const lock = join(at.root, "package-lock.json");
  writeFileSync(lock, readFileSync(lock, "utf8").replaceAll("24.0.0", "24.0.1"));
  await finish(hello(at, "third", path));
  assert.ok(recordOf(at).includes("called"));
});

test("packages that a developer installed with npm ci are not installed again", async () => {
  const at = checkout();
  spawnSync("npm", ["ci", "--no-audit", "--no-fund"], {
    cwd: at.root,
    env: { ...process.env, PATH: SYSTEM_PATH },
  });
  const path = fakeNpm(at.root, `echo called >> "$RECORD"`);

  await finish(hello(at, "once", path));

  assert.match(recordOf(at), /^began v24 once \d+\n$/);
});

test("of two that start at the same time one installs and both run", async () => {
  const at = checkout();

  const both = await Promise.all([finish(hello(at, "one")), finish(hello(at, "two"))]);

  assert.deepEqual(
    both.map(({ code }) => code),
    [3, 3],
  );
  assert.equal(both.filter(({ said }) => said.includes("installing them")).length, 1);
});

test("when the packages cannot be installed npm's reason is shown and the program does not run", async () => {
  const at = checkout();
  const path = fakeNpm(at.root, "echo 'npm error code ENOTFOUND' >&2; exit 1");

  const { code, said } = await finish(hello(at, "once", path));

  assert.equal(code, 1);
  assert.match(said, /npm error code ENOTFOUND\ncannot install the packages: npm ci failed/);
  assert.equal(recordOf(at), "");
});

test("an interrupted installation is repeated, after the npm that still runs has ended", async () => {
  const at = checkout();
  const path = fakeNpm(at.root, `echo "npm $$" >> "$RECORD"; mkdir -p node_modules/half; exec sleep 60`);
  const first = hello(at, "first", path);
  const npm = await until("npm to run", () => /^npm (\d+)$/m.exec(recordOf(at))?.[1]);
  first.kill("SIGKILL");

  const second = finish(hello(at, "second"));
  await until("the first to be gone", () => first.signalCode !== null);
  assert.ok(parentOf(npm) !== 0, "its npm still runs");
  process.kill(Number(npm), "SIGKILL");

  assert.equal((await second).code, 3);
  assert.match(recordOf(at), /^began v24 second \d+$/m);
});

test("Ctrl-C during the installation ends it", async () => {
  const at = checkout();
  const path = fakeNpm(at.root, `echo "npm $$" >> "$RECORD"; exec sleep 60`);
  const child = hello(at, "once", path);
  const npm = await until("npm to run", () => /^npm (\d+)$/m.exec(recordOf(at))?.[1]);

  // A terminal sends it to the whole foreground process group.
  process.kill(-(child.pid ?? 0), "SIGINT");
  await finish(child);

  await until("npm to end", () => parentOf(npm) === 0);
  assert.equal(recordOf(at).includes("began"), false);
});

test("a signal reaches the program and its exit code comes back", async () => {
  const at = checkout();
  const child = hello(at, "wait");
  await until("the program", () => recordOf(at).includes("began"));

  child.kill("SIGTERM");
  const { code } = await finish(child);

  assert.equal(code, 5);
  assert.match(recordOf(at), /^SIGTERM$/m);
});

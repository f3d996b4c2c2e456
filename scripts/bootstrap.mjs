/**
 * Where every command of the project begins: `node scripts/bootstrap.mjs <program> [arguments]`.
 *
 * Plain JavaScript without packages, because it runs on whatever Node there is (18 or newer) in a checkout that may
 * have no packages yet. It sees to it that the packages are those of package-lock.json (install.mjs) and hands over
 * to the program, which runs on the Node 24 that came with the packages.
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { installPackages, pathWithoutPackages } from "./install.mjs";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
const BIN = join(ROOT, "node_modules/.bin");
const NODE_MAJOR = 24;

/**
 * Programs that are not scripts/<name>.ts.
 * @type {Record<string, string | undefined>}
 */
const PROGRAMS = { worker: "worker/main.ts", bench: "bench/main.ts" };

/** @typedef {import("node:child_process").ChildProcess} ChildProcess */
/** @typedef {"SIGINT" | "SIGTERM" | "SIGHUP"} StopSignal */

/** @type {readonly StopSignal[]} */
const STOP_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"];

/**
 * What signals are passed on to, and the one that came.
 * @type {{ running?: ChildProcess | undefined, stoppedBy?: StopSignal }}
 */
const current = {};

for (const signal of STOP_SIGNALS) {
  process.on(signal, () => {
    current.stoppedBy = signal;
    current.running?.kill(signal);
  });
}

const [name = "", ...args] = process.argv.slice(2);
try {
  const program = programFile(name);
  await installPackages(ROOT, current);
  if (current.stoppedBy !== undefined) endLike(current.stoppedBy);
  await handOver(nodeToUse(), program);
} catch (cause) {
  if (current.stoppedBy !== undefined) endLike(current.stoppedBy);
  process.stderr.write(`${cause instanceof Error ? cause.message : String(cause)}\n`);
  process.exitCode = 1;
}

/** @param {string} wanted */
function programFile(wanted) {
  const file = join(ROOT, PROGRAMS[wanted] ?? `scripts/${wanted}.ts`);
  if (/^[a-z-]+$/.test(wanted) && existsSync(file)) return file;
  throw new Error(`usage: node scripts/bootstrap.mjs ${programs().join("|")} [arguments]`);
}

/** What package.json has scripts for, each of which names its program as its last word. */
function programs() {
  const { scripts } = /** @type {{ scripts: Record<string, string> }} */ (
    JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"))
  );
  return Object.values(scripts).map((command) => command.split(" ").at(-1));
}

function nodeToUse() {
  const brought = join(BIN, "node");
  for (const candidate of existsSync(brought) ? [brought, process.execPath] : [process.execPath]) {
    const said = spawnSync(candidate, ["--version"], { encoding: "utf8" });
    if (said.status === 0 && said.stdout.startsWith(`v${NODE_MAJOR}.`)) return candidate;
  }
  throw new Error(
    `no Node ${NODE_MAJOR} comes with the packages for ${process.platform}-${process.arch}: ` +
      `install Node ${NODE_MAJOR} yourself and start with it (this is ${process.version})`,
  );
}

/**
 * Runs the program in our place: same terminal, same process group, same signals, same exit code.
 * @param {string} node
 * @param {string} program
 */
async function handOver(node, program) {
  // An address, because Node takes a path with # or % in it for one.
  const lifeline = pathToFileURL(join(ROOT, "scripts/lifeline.ts")).href;
  const child = spawn(node, ["--import", lifeline, program, ...args], {
    env: {
      ...process.env,
      PATH: `${BIN}:${pathWithoutPackages(ROOT)}`,
      SPIDERPIG_LIFELINE: String(process.pid),
    },
    // The fourth is the lifeline: it closes when we are gone, and then the program stops too.
    stdio: ["inherit", "inherit", "inherit", "pipe"],
  });
  current.running = child;
  /** @type {{ code: number | null, signal: NodeJS.Signals | null }} */
  const ended = await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => resolve({ code, signal }));
  });
  if (ended.signal !== null) endLike(ended.signal);
  process.exit(ended.code ?? 1);
}

/**
 * Ends so that the shell sees the same as if the program had run by itself.
 * @param {NodeJS.Signals} signal
 */
function endLike(signal) {
  for (const known of STOP_SIGNALS) process.removeAllListeners(known);
  process.kill(process.pid, signal);
  process.exit(128 + constants.signals[signal]);
}

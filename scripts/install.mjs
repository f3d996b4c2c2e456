/**
 * Owns node_modules: installs what package-lock.json names when that is not there yet, and only then.
 *
 * One process at a time installs, the others wait; an installation that was cut off leaves no stamp and is done
 * again. Plain JavaScript, because it runs before there is anything else.
 */
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { LockHeld, takeLock } from "./lock.mjs";
import { identityOf } from "./processes.mjs";

/** @typedef {{ version?: string, integrity?: string, optional?: boolean }} Package */
/** @typedef {{ running?: import("node:child_process").ChildProcess | undefined, stoppedBy?: string }} Current */
/** @typedef {ReturnType<typeof takeLock>} Lock */

/**
 * @param {string} root
 * @param {Current} current gets the running npm, so that signals reach it; its stoppedBy ends our waiting
 */
export async function installPackages(root, current) {
  if (isInstalled(root)) return;
  mkdirSync(join(root, ".cache"), { recursive: true });
  const lock = await waitForLock(join(root, ".cache/install.lock"), current);
  try {
    if (!isInstalled(root)) await runNpm(root, lock, current);
  } finally {
    lock.release();
  }
}

/**
 * The PATH as it is without our packages.
 * @param {string} root
 */
export function pathWithoutPackages(root) {
  const bin = join(root, "node_modules/.bin");
  const entries = (process.env["PATH"] ?? "/usr/local/bin:/usr/bin:/bin").split(":");
  return entries.filter((entry) => entry !== bin).join(":");
}

/** @param {string} root */
function isInstalled(root) {
  const stamp = join(root, "node_modules/.spiderpig-lock");
  const wanted = stampFor(root);
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return true;
  if (!matchesNpmRecord(root)) return false;
  writeFileSync(stamp, wanted);
  return true;
}

/**
 * With the platform, because a node_modules copied from another system has the right versions of the wrong programs.
 * @param {string} root
 */
function stampFor(root) {
  const lockFile = readFileSync(join(root, "package-lock.json"));
  return `${createHash("sha256").update(lockFile).digest("hex")} ${process.platform}-${process.arch}\n`;
}

/**
 * What npm itself notes down of an installation. Whoever ran npm by hand need not wait for it again.
 * @param {string} root
 */
function matchesNpmRecord(root) {
  const record = join(root, "node_modules/.package-lock.json");
  if (!existsSync(record)) return false;
  const wanted = readPackages(join(root, "package-lock.json"));
  const present = readPackages(record);
  const ourNode = `node_modules/node-${process.platform}-${process.arch}`;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === "") return true;
    const found = present[path];
    // An optional one that is missing is for another system, unless it is ours.
    if (found === undefined) return entry.optional === true && path !== ourNode;
    return found.version === entry.version && found.integrity === entry.integrity;
  });
}

/**
 * @param {string} file
 * @returns {Record<string, Package>}
 */
function readPackages(file) {
  const content = /** @type {{ packages: Record<string, Package> }} */ (
    JSON.parse(readFileSync(file, "utf8"))
  );
  return content.packages;
}

/**
 * @param {string} path
 * @param {Current} current
 * @returns {Promise<Lock>}
 */
async function waitForLock(path, current) {
  let told = false;
  while (current.stoppedBy === undefined) {
    try {
      return takeLock(path);
    } catch (cause) {
      if (!(cause instanceof LockHeld)) throw cause;
      if (!told) say(`process ${cause.holder.pid} is installing them, waiting`);
      told = true;
    }
    await sleep(200);
  }
  throw new Error("stopped");
}

/**
 * @param {string} root
 * @param {Lock} lock
 * @param {Current} current
 */
async function runNpm(root, lock, current) {
  const begunAt = Date.now();
  say("installing them, about half a minute …");
  const logFile = join(root, ".cache/install.log");
  const log = openSync(logFile, "w");
  const env = { ...process.env, PATH: pathWithoutPackages(root) };
  const flags = [
    "--no-audit",
    "--no-fund",
    "--include=dev",
    "--include=optional",
    "--fetch-retry-mintimeout=2000",
  ];
  const [npm, ...before] = npmCommand(env);
  const child = spawn(npm, [...before, "ci", ...flags], { cwd: root, env, stdio: ["ignore", log, log] });
  closeSync(log);
  current.running = child;
  // If we are killed, npm goes on: nobody may begin beside it.
  if (child.pid !== undefined) {
    lock.note({ helper: { pid: child.pid, identity: identityOf(child.pid) ?? "gone" } });
  }
  /** @type {string | undefined} */
  const failure = await new Promise((resolve) => {
    child.once("error", (error) => resolve(`npm does not start (${error.message})`));
    child.once("exit", (code, signal) =>
      resolve(code === 0 ? undefined : `npm ci ended with ${signal ?? code}`),
    );
  });
  current.running = undefined;
  if (failure !== undefined) throw new Error(explain(failure, logFile));
  writeFileSync(join(root, "node_modules/.spiderpig-lock"), stampFor(root));
  say("installed from the lock file", `${((Date.now() - begunAt) / 1000).toFixed(1)} s`);
}

/**
 * npm removes node_modules before it installs, so it must not run on the Node that lies in there, which is the one
 * that the project's programs find first.
 * @param {NodeJS.ProcessEnv} env
 * @returns {[string, ...string[]]}
 */
function npmCommand(env) {
  if (spawnSync("npm", ["--version"], { env, stdio: "ignore" }).status === 0) return ["npm"];
  const given = process.env["npm_execpath"];
  return given === undefined ? ["npm"] : [process.execPath, given];
}

/**
 * With npm's first words on what went wrong; what follows those repeats them and names more files.
 * @param {string} failure
 * @param {string} logFile
 */
function explain(failure, logFile) {
  const said = readFileSync(logFile, "utf8");
  const reasons = said.split("\n").filter((line) => /^npm (error|ERR!) \S/.test(line));
  const isNetwork =
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT/.test(said);
  const hint = isNetwork ? "the package registry cannot be reached, is the network there?" : failure;
  return [`cannot install the packages: ${hint} All that npm said: ${logFile}`, ...reasons.slice(0, 4)].join(
    "\n  ",
  );
}

/** In the columns of steps.ts. @param {string} detail */
function say(detail, duration = "") {
  process.stdout.write(
    `  ${"packages".padEnd(13)} ${detail.padEnd(44)}${duration.padStart(10)}`.trimEnd() + "\n",
  );
}

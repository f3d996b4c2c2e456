/** Checks that run before anything slow starts. Each error is one sentence that says what to do. */
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  accessSync,
  constants,
  ftruncateSync,
  mkdirSync,
  readFileSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { lockFile } from "./file-lock.ts";
import { freePort, listenBriefly } from "./ports.ts";

/** Shown to a person without a stack. */
export class PreflightError extends Error {
  override name = "PreflightError";
}

/** Longer than the parts of a killed supervisor take to stop. */
const LEFTOVER_TIMEOUT_MS = 20_000;

export function prepareDirectory(dataDir: string): void {
  try {
    mkdirSync(join(dataDir, "logs"), { recursive: true, mode: 0o700 });
    accessSync(join(dataDir, "logs"), constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw new PreflightError(
      `DATA_DIR: cannot write ${dataDir} (${codeOf(cause)}): choose another directory or its owner's account`,
      { cause },
    );
  }
}

/** Generated once and kept, so that sessions survive restarts. */
export function sessionSecret(dataDir: string): string {
  const file = join(dataDir, "session-secret");
  try {
    writeFileSync(file, randomBytes(32).toString("base64url"), { mode: 0o600, flag: "wx" });
  } catch (cause) {
    if (codeOf(cause) !== "EEXIST") throw cause;
  }
  return readFileSync(file, "utf8").trim();
}

/**
 * One supervisor for each directory: two would start two databases in it. The parts inherit the lock, so that the successor
 * of a supervisor that was killed waits until its parts have stopped.
 */
export async function lockDirectory(dataDir: string): Promise<number> {
  const path = join(dataDir, "supervisor.lock");
  let lock = await lockFile(path, { waitMs: 0 });
  if (lock === undefined && !isRunning(/process (\d+)/.exec(readFileSync(path, "utf8"))?.[1])) {
    lock = await lockFile(path, { waitMs: LEFTOVER_TIMEOUT_MS });
  }
  if (lock !== undefined) return lock;
  throw new PreflightError(
    `SpiderPig is already running ${readFileSync(path, "utf8")}: stop it, or set another DATA_DIR and PORT`,
  );
}

/** For the message of another start that finds the directory locked. */
export function noteAddress(lock: number, url: string): void {
  ftruncateSync(lock);
  writeSync(lock, `at ${url} (process ${process.pid})`);
}

function isRunning(pid: string | undefined): boolean {
  try {
    return pid !== undefined && process.kill(Number(pid), 0);
  } catch {
    return false;
  }
}

/** Resolves with the port; for 0 with a free one. */
export async function requirePort(host: string, port: number, setting: string): Promise<number> {
  try {
    return port === 0 ? await freePort(host) : await listenBriefly(host, port);
  } catch (cause) {
    throw new PreflightError(portProblem(codeOf(cause), host, port, setting), { cause });
  }
}

function portProblem(code: string, host: string, port: number, setting: string): string {
  if (code === "EADDRINUSE") {
    return `${setting}: port ${port} on ${host} is in use: stop what uses it or set another ${setting}`;
  }
  if (code === "EACCES") {
    return `${setting}: this account may not open port ${port}: set ${setting} to one above 1023`;
  }
  return `HOST: cannot listen on ${host} (${code}): set HOST to an address of this machine`;
}

export function requireGit(): void {
  if (spawnSync("git", ["--version"], { stdio: "ignore" }).status === 0) return;
  throw new PreflightError(
    "git is not in PATH, and the sandbox needs it: install git, or set GERRIT_URL and SCAP_COMMAND",
  );
}

function codeOf(cause: unknown): string {
  return cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
}

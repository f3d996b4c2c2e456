/**
 * What has to be true before anything slow is begun. Each fault is one sentence that says what to do.
 */
import { spawnSync } from "node:child_process";
import { accessSync, constants, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { LockHeld, takeLock, type Holder } from "./lock.mjs";
import { accepts, freePort, isPortFree, listenBriefly } from "./ports.ts";
import { isStillRunning } from "./processes.mjs";

/** Said to a person as it is, without a stack. */
export class Fault extends Error {
  override name = "Fault";
}

export function prepareDirectory(dataDir: string): void {
  try {
    mkdirSync(join(dataDir, "logs"), { recursive: true, mode: 0o700 });
    accessSync(dataDir, constants.W_OK | constants.X_OK);
    writeFileSync(join(dataDir, "logs/.written"), "");
  } catch (cause) {
    throw new Fault(
      `DATA_DIR: cannot write ${dataDir} (${codeOf(cause)}): choose another directory or its owner's account`,
      { cause },
    );
  }
}

/** Made once and kept: sessions outlive restarts. */
export function sessionSecret(dataDir: string): string {
  const file = join(dataDir, "session-secret");
  try {
    writeFileSync(file, randomBytes(32).toString("base64url"), { mode: 0o600, flag: "wx" });
  } catch (cause) {
    if (codeOf(cause) !== "EEXIST") throw cause;
  }
  return readFileSync(file, "utf8").trim();
}

type SupervisorLock = ReturnType<typeof takeLock>;

/** One supervisor a directory: two would start two databases on it. */
export function lockDirectory(dataDir: string): SupervisorLock {
  try {
    return takeLock(join(dataDir, "supervisor.lock"));
  } catch (cause) {
    if (!(cause instanceof LockHeld)) throw cause;
    const where = typeof cause.holder["url"] === "string" ? ` at ${cause.holder["url"]}` : "";
    throw new Fault(
      `SpiderPig runs already${where} (process ${cause.holder.pid}): stop that one, or set another DATA_DIR and PORT`,
      { cause },
    );
  }
}

const LEFTOVER_BOUND_MS = 15_000;

/**
 * Waits for the parts of a supervisor that was killed. Their lifelines end them; one that does not obey is killed,
 * since it would keep its port and act on the database beside its successor.
 */
export async function clearLeftovers(
  previous: Holder | undefined,
  boundMs = LEFTOVER_BOUND_MS,
): Promise<void> {
  const noted = previous?.["parts"];
  if (!Array.isArray(noted)) return;
  const parts = noted.filter(isNoted);
  const end = performance.now() + boundMs;
  while (parts.some(isStillRunning) && performance.now() < end) await sleep(50);
  for (const part of parts.filter(isStillRunning)) process.kill(part.pid, "SIGKILL");
}

/** Resolves with the port; for 0 with a free one. */
export async function requirePort(host: string, port: number, setting: string): Promise<number> {
  try {
    return port === 0 ? await freePort(host) : await listenBriefly(host, port);
  } catch (cause) {
    throw new Fault(portFault(host, port, setting, codeOf(cause)), { cause });
  }
}

function portFault(host: string, port: number, setting: string, code: string): string {
  switch (code) {
    case "EADDRINUSE":
      return `${setting}: port ${port} on ${host} is in use: stop what uses it or set another ${setting}`;
    case "EACCES":
      return `${setting}: port ${port} may not be opened by this account: set ${setting} to one above 1023`;
    default:
      return `HOST: cannot listen on ${host} (${code}): set HOST to an address of this machine`;
  }
}

/** The first of `count` ports in a row that are free, at or above `first`. */
export async function freePortRange(host: string, first: number, count: number): Promise<number> {
  for (let start = first; start < first + 1_000 && start + count < 65_536; start += count) {
    const ports = Array.from({ length: count }, (_, index) => start + index);
    const free = await Promise.all(ports.map((port) => isPortFree(host, port)));
    if (free.every(Boolean)) return start;
  }
  throw new Fault(`SANDBOX_PORT: no ${count} free ports in a row above ${first}: set SANDBOX_PORT`);
}

export function requireGit(): void {
  if (spawnSync("git", ["--version"], { stdio: "ignore" }).status === 0) return;
  throw new Fault(
    "git is not on the PATH, the sandbox needs it: install git, or set GERRIT_URL and SCAP_COMMAND",
  );
}

export async function requireDatabase(databaseUrl: string): Promise<void> {
  const { hostname, port } = new URL(databaseUrl);
  // A socket's directory is given as ?host=; whether that works is for the migrations to say.
  if (hostname === "") return;
  const at = Number(port === "" ? "5432" : port);
  if (await accepts(hostname.replace(/^\[|\]$/g, ""), at)) return;
  throw new Fault(`DATABASE_URL: nothing answers at ${hostname}:${at}: start PostgreSQL there or correct it`);
}

function isNoted(value: unknown): value is { pid: number; identity: string } {
  return typeof value === "object" && value !== null && "pid" in value && "identity" in value;
}

function codeOf(cause: unknown): string {
  return cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
}

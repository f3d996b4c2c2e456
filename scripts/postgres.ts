/**
 * Owns one PostgreSQL server of our own: its directory, its process, its port and its password.
 *
 * The server is no child in spirit: it survives its starter (a deployment goes on without us), and the next
 * start adopts it. It stops only through stop().
 *
 *   directory/data       the cluster; appears complete or not at all (made as data.new, then renamed)
 *   directory/password   0600
 *   directory/port       the port that was free at the first start, kept so that saved psql commands stay right
 *   directory/log        what the server says
 *
 * It listens on 127.0.0.1 with scram-sha-256 and a random password, and on no Unix socket. A socket would need no
 * password, but its path may not be longer than 107 bytes, it leaves a lock file of its own behind after a crash,
 * and many tools cannot name one in a URL. Trust on a port would let in everybody who has an account here.
 */
import { spawn } from "node:child_process";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { accepts, freePort, isPortFree } from "./ports.ts";
import { chooseAccount, commandFor, type Account } from "./postgres/account.ts";
import { findPostgres } from "./postgres/binaries.ts";
import { DATABASE, makeCluster, plainEnvironment, USER } from "./postgres/cluster.ts";
import { isServerOf, pidFile, readState } from "./postgres/state.ts";
import { identityOf, isStillRunning } from "./processes.mjs";

export type PostgresOptions = {
  directory: string;
  /** Takes whole sentences for a person. */
  log?: (line: string) => void;
  /** Only this port will do (a restart under clients that know the address). */
  port?: number;
  /** Tests need no durability: their data does not outlive them. */
  durable?: boolean;
};

export type RunningPostgres = {
  url: string;
  port: number;
  pid: number;
  /** It ran already. */
  adopted: boolean;
  /** Resolves when the server is gone, however that came. */
  gone: Promise<void>;
  /** Fast shutdown: ends every session, loses nothing. Resolves when the server is gone. */
  stop(): Promise<void>;
};

/** Crash recovery after a hard stop may replay a lot of log. */
const READY_BOUND_MS = 120_000;
/** For what a killed server leaves for a moment: shared memory that its children still hold. */
const RETRY_BOUND_MS = 60_000;
const FAST_STOP_BOUND_MS = 20_000;
const LOG_BYTES_MAX = 5_000_000;

const DURABLE = ["max_connections=120"];
/** One is shared by all the tests that run at once, each with workers and pages of its own. */
const FORGETFUL = ["max_connections=400", "fsync=off", "synchronous_commit=off", "full_page_writes=off"];

export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  mkdirSync(options.directory, { recursive: true, mode: 0o700 });
  const directory = realpathSync(options.directory);
  const log = options.log ?? (() => undefined);

  const adopted = await adopt(directory);
  if (adopted !== undefined && (options.port ?? adopted.port) === adopted.port) {
    log(`PostgreSQL was still running (process ${adopted.pid}), taken over`);
    return running({ directory, ...adopted, adopted: true });
  }
  const programs = findPostgres();
  const account = chooseAccount(directory, programs.postgres);
  if (!existsSync(join(directory, "data")))
    makeCluster(directory, programs, account, options.durable ?? true);
  return launch(directory, programs.postgres, account, options);
}

/** Stops the server that still runs on a directory, if any; for one whose starter is gone. */
export async function stopPostgres(directory: string): Promise<void> {
  await (await adoptPostgres(directory))?.stop();
}

/** The server that still runs on a directory, if any. */
export async function adoptPostgres(directory: string): Promise<RunningPostgres | undefined> {
  if (!existsSync(directory)) return undefined;
  const found = await adopt(realpathSync(directory));
  return found === undefined ? undefined : running({ directory, ...found, adopted: true });
}

/** Finds a server that still runs on this directory, and clears away what a dead one left. */
async function adopt(directory: string): Promise<{ pid: number; port: number } | undefined> {
  const end = performance.now() + READY_BOUND_MS;
  for (;;) {
    const state = readState(directory);
    if (state === undefined) return undefined;
    if (!isServerOf(directory, state.pid)) {
      // PostgreSQL itself refuses to start as long as any process has this number, be it a zombie or a stranger.
      rmSync(pidFile(directory), { force: true });
      return undefined;
    }
    if (state.ready && (await accepts("127.0.0.1", state.port))) return state;
    if (performance.now() > end)
      throw new Error(`the PostgreSQL in ${directory} does not get ready: see its log`);
    await sleep(50);
  }
}

async function launch(
  directory: string,
  program: string,
  account: Account,
  options: PostgresOptions,
): Promise<RunningPostgres> {
  const end = performance.now() + RETRY_BOUND_MS;
  for (;;) {
    if (options.port !== undefined && !(await isPortFree("127.0.0.1", options.port))) {
      throw new Error(`PostgreSQL does not start: its port ${options.port} is in use`);
    }
    const port = options.port ?? (await choosePort(directory));
    const outcome = await launchOnce(directory, program, account, port, options.durable ?? true);
    if (typeof outcome === "object") {
      writeFileSync(join(directory, "port"), String(port));
      return running({ directory, ...outcome, adopted: false });
    }
    if (performance.now() > end) throw new Error(`PostgreSQL does not start: ${outcome}`);
    await sleep(200);
    await adopt(directory);
  }
}

async function launchOnce(
  directory: string,
  program: string,
  account: Account,
  port: number,
  durable: boolean,
): Promise<{ pid: number; port: number } | string> {
  const data = join(directory, "data");
  const settings = [
    "listen_addresses=127.0.0.1",
    `port=${port}`,
    "unix_socket_directories=",
    "timezone=UTC",
    "log_timezone=UTC",
    "lc_messages=C",
    ...(durable ? DURABLE : FORGETFUL),
  ];
  const settingsArguments = settings.flatMap((setting) => ["-c", setting]);
  const [command, args] = commandFor(account, program, ["-D", data, ...settingsArguments]);
  const logFile = join(directory, "log");
  if (existsSync(logFile) && statSync(logFile).size > LOG_BYTES_MAX) renameSync(logFile, `${logFile}.1`);
  const log = openSync(logFile, "a", 0o600);
  const logStart = statSync(logFile).size;
  // A session of its own: Ctrl-C in a terminal goes to every process of the foreground group, and the database
  // has to outlive the parts that use it.
  const child = spawn(command, args, {
    ...account.ids,
    cwd: directory,
    env: plainEnvironment(),
    detached: true,
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  let ended: string | undefined;
  child.once("error", (error) => (ended = error.message));
  child.once("exit", (code, signal) => (ended ??= `exit ${signal ?? code}`));
  child.unref();
  const end = performance.now() + READY_BOUND_MS;
  while (ended === undefined) {
    const state = readState(directory);
    if (state?.ready === true && state.pid === child.pid) return state;
    if (performance.now() > end) {
      child.kill("SIGKILL");
      return `not ready after ${READY_BOUND_MS / 1000} s`;
    }
    await sleep(10);
  }
  return readFileSync(logFile, "utf8").slice(logStart).trim().split("\n").slice(-5).join(" | ") || ended;
}

function running(server: {
  directory: string;
  pid: number;
  port: number;
  adopted: boolean;
}): RunningPostgres {
  const { directory, pid, port, adopted } = server;
  const identity = identityOf(pid) ?? "gone";
  const { promise: gone, resolve } = Promise.withResolvers<void>();
  const isAlive = (): boolean => {
    const alive = isStillRunning({ pid, identity });
    if (!alive) {
      clearInterval(watch);
      resolve();
    }
    return alive;
  };
  // Looked at, not waited for: an adopted server is nobody's child any more.
  const watch = setInterval(isAlive, 100).unref();
  const goneWithin = async (boundMs: number): Promise<boolean> => {
    const end = performance.now() + boundMs;
    while (isAlive() && performance.now() < end) await sleep(10);
    return !isAlive();
  };
  const password = readFileSync(join(directory, "password"), "utf8").trim();
  return {
    url: `postgresql://${USER}:${password}@127.0.0.1:${port}/${DATABASE}`,
    port,
    pid,
    adopted,
    gone,
    async stop() {
      for (const [signal, boundMs] of [
        ["SIGINT", FAST_STOP_BOUND_MS],
        ["SIGQUIT", 5_000],
        ["SIGKILL", 5_000],
      ] as const) {
        if (!isAlive()) return;
        process.kill(pid, signal);
        if (await goneWithin(boundMs)) return;
      }
    },
  };
}

async function choosePort(directory: string): Promise<number> {
  const file = join(directory, "port");
  const remembered = existsSync(file) ? Number(readFileSync(file, "utf8")) : 0;
  return remembered > 0 && (await isPortFree("127.0.0.1", remembered)) ? remembered : freePort("127.0.0.1");
}

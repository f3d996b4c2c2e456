// The directory of one job: where its files are, who may have it, and what they say about its holder.
//
// Making the directory is what takes a job: mkdir succeeds once, for whoever comes first, on every file system.
// It stays for ever as a tombstone, so an order to start that comes hours late still finds the job taken.

import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { readJournal } from "./journal-reader.ts";
import { readBootId } from "./libc.ts";
import { readStat } from "./processes.ts";
import {
  type ExitRecord,
  type HolderRecord,
  PROTOCOL_VERSION,
  type Versioned,
  versionOf,
} from "./protocol.ts";

export interface HolderFile extends Versioned {
  jobId: string;
  pid: number;
  startTicks: number;
  bootId: string;
  argv: string[];
  startedAt: number;
  columns: number;
  rows: number;
  /** null until the command runs. */
  childPid: number | null;
  ended: { exit: ExitRecord; at: number } | null;
}

export type HolderState =
  /** Nobody ever took this job here. */
  | { state: "none" }
  | { state: "alive"; directory: string; pid: number; childPid: number | null }
  /** The command has ended; the journal is complete, or removed because everything in it is stored. */
  | { state: "ended"; directory: string; exit: ExitRecord; endedAt: number }
  /** Whatever else its files say has a meaning that this version does not know. */
  | { state: "newer"; directory: string; version: number }
  /** The holder is gone and the journal has no end: the machine went down, or the holder was killed. */
  | { state: "dead"; directory: string };

const SOCKET_PATH_BYTES_MAX = 107;
/** Between taking the job and writing down who took it lies what a busy disk makes of three small calls. */
const CLAIM_MS = 1000;
const CLAIM_LOOK_MS = 20;

/** @throws when the id could lead out of the data directory. */
export function jobDirectory(dataDir: string, jobId: number | string): string {
  const name = String(jobId);
  if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(name)) {
    throw new Error(`${JSON.stringify(jobId)} is not the id of a job`);
  }
  return join(dataDir, "jobs", name);
}

export const logPath = (directory: string): string => join(directory, "log");

export const socketPath = (directory: string): string => join(directory, "socket");

/** Takes the job. False when somebody else has it. @throws when the directory cannot be made, or not written to. */
export function claimJob(dataDir: string, file: HolderFile): boolean {
  const directory = jobDirectory(dataDir, file.jobId);
  const parent = join(dataDir, "jobs");
  mkdirSync(parent, { recursive: true, mode: 0o700 });
  try {
    mkdirSync(directory, { mode: 0o700 });
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") {
      return false;
    }
    throw error;
  }
  // Before anything that may wait for the disk: a job that was taken by nobody counts as dead.
  writeHolderFile(directory, file);
  // The tombstone must outlive a power cut, or the job could be started again after it.
  const fd = openSync(parent, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  return true;
}

export function writeHolderFile(directory: string, file: HolderFile): void {
  const path = join(directory, "holder.json");
  writeFileSync(`${path}.new`, JSON.stringify(file), { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

/** null when there is none, or nothing sensible in it. @throws when it cannot be read now. */
export function readHolderFile(directory: string): HolderFile | null {
  try {
    return JSON.parse(readFileSync(join(directory, "holder.json"), "utf8")) as HolderFile;
  } catch (error) {
    if (isTrouble(error)) throw error;
    return null;
  }
}

/** The machine cannot say now: no descriptor is left, the disk fails. That something is not there is an answer. */
function isTrouble(error: unknown): boolean {
  return error instanceof Error && "code" in error && !["ENOENT", "ENOTDIR"].includes(String(error.code));
}

/**
 * Looks up who holds a job on this machine.
 * @throws when that cannot be found out now: whoever took it for an answer would give up a command that runs.
 */
export async function findHolder(dataDir: string, jobId: number | string): Promise<HolderState> {
  const directory = jobDirectory(dataDir, jobId);
  for (let waitedMs = 0; ; waitedMs += CLAIM_LOOK_MS) {
    if (statSync(directory, { throwIfNoEntry: false }) === undefined) {
      return { state: "none" };
    }
    const file = readHolderFile(directory);
    if (file !== null) {
      return describeHolder(directory, file);
    }
    // Waited for, not read off the directory's age: not every file system knows that, and the time of day may be set.
    if (waitedMs >= CLAIM_MS) {
      return { state: "dead", directory };
    }
    await sleep(CLAIM_LOOK_MS);
  }
}

/**
 * The address of a job's socket. Unix allows 107 bytes; a longer path is reached through the directory's descriptor,
 * which must stay open until the address has been used.
 */
export function socketAddress(directory: string): { path: string; release(): void } {
  const path = socketPath(directory);
  if (Buffer.byteLength(path) <= SOCKET_PATH_BYTES_MAX) {
    return { path, release: () => undefined };
  }
  const fd = openSync(directory, "r");
  return { path: `/proc/self/fd/${fd}/socket`, release: () => closeSync(fd) };
}

/** Whether the process that took the job is there, be it only for late clients. @throws when that cannot be seen now. */
export function runsStill(file: HolderFile): boolean {
  const stat = file.bootId === readBootId() ? readStat(file.pid) : null;
  if (stat === null && file.bootId === readBootId() && existsSync(`/proc/${file.pid}`)) {
    throw new Error(`process ${file.pid} is there and cannot be looked at`);
  }
  return stat !== null && stat.startTicks === file.startTicks && stat.state !== "Z";
}

function describeHolder(directory: string, file: HolderFile): HolderState {
  if (versionOf(file) > PROTOCOL_VERSION) {
    return { state: "newer", directory, version: versionOf(file) };
  }
  if (file.ended !== null) {
    return { state: "ended", directory, exit: file.ended.exit, endedAt: file.ended.at };
  }
  if (runsStill(file)) {
    return { state: "alive", directory, pid: file.pid, childPid: file.childPid };
  }
  // The holder may have gone between writing the end of the journal and saying so in holder.json.
  const exit = findExit(directory);
  return exit === null
    ? { state: "dead", directory }
    : { state: "ended", directory, exit: exit.exit, endedAt: exit.at };
}

function findExit(directory: string): (HolderRecord & { kind: "exit" }) | null {
  try {
    for (const record of readJournal(directory, 0)) {
      if (record.kind === "exit") {
        return record;
      }
    }
  } catch (error) {
    if (isTrouble(error)) throw error;
    // A damaged journal has no end.
  }
  return null;
}

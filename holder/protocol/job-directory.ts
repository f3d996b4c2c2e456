// The directory of one job: where its files are, how a job is claimed, and what its holder writes about itself.
//
// Creating the directory claims a job: mkdir succeeds once, for the first process that tries, on every file system. The directory
// stays forever as a tombstone, so an order to start that arrives hours late still finds the job claimed.

import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ExitRecord, Versioned } from "./messages.ts";

export type HolderFile = {
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
} & Versioned;

const SOCKET_PATH_BYTES_MAX = 107;

/** @throws when the id could lead out of the data directory. */
export function jobDirectory(dataDir: string, jobId: number | string): string {
  const name = String(jobId);
  if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(name)) {
    throw new Error(`${JSON.stringify(jobId)} is not the id of a job`);
  }
  return join(dataDir, "jobs", name);
}

export const holderFilePath = (directory: string): string => join(directory, "holder.json");

export const logPath = (directory: string): string => join(directory, "log");

export const socketPath = (directory: string): string => join(directory, "socket");

/** Claims the job. False when another holder has it. @throws when the directory cannot be created or written to. */
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
  // Before anything that may wait for the disk: a claimed job without a holder counts as dead.
  writeHolderFile(directory, file);
  // The tombstone must survive a power failure, or the job could be started again after it.
  const fd = openSync(parent, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  return true;
}

export function writeHolderFile(directory: string, file: HolderFile): void {
  const path = holderFilePath(directory);
  writeFileSync(`${path}.new`, JSON.stringify(file), { mode: 0o600 });
  renameSync(`${path}.new`, path);
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

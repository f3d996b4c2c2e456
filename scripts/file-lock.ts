/**
 * A lock on a file. The kernel releases it when its owner and every process that has inherited the descriptor have exited.
 * Node has no flock(2), so the program flock takes the lock on our descriptor.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";

/** @returns the descriptor, which holds the lock as long as it is open; undefined after the timeout. */
export async function lockFile(path: string, { waitMs }: { waitMs: number }): Promise<number | undefined> {
  const file = openSync(path, "a+", 0o600);
  const mode = waitMs === 0 ? ["--nonblock"] : ["--timeout", String(waitMs / 1000)];
  const flock = spawn("flock", [...mode, "3"], { stdio: ["ignore", "ignore", "inherit", file] });
  const [code] = (await once(flock, "exit")) as [number | null];
  if (code === 0) return file;
  closeSync(file);
  if (code !== 1) throw new Error(`cannot lock ${path}`);
  return undefined;
}

export async function withLock<T>(path: string, waitMs: number, work: () => Promise<T>): Promise<T> {
  const lock = await lockFile(path, { waitMs });
  if (lock === undefined) throw new Error(`another process has held ${path} for ${waitMs / 1000} s`);
  try {
    return await work();
  } finally {
    closeSync(lock);
  }
}

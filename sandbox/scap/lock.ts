// Allows one deployment at a time. The lock is a file that names its holder; it is valid only as long as that process lives.
// The file is created by a hard link, which succeeds for one process only.
import { linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "./errors.ts";
import { number, record, text } from "./json.ts";
import { pause, type Session } from "./session.ts";

export type LockHolder = {
  pid: number;
  startedAt: string;
  /** The command of scap that holds it. */
  command: string;
  user: string;
  since: string;
  reason: string;
};

const LOCK_NAME = "scap.lock";
const WAIT_MINUTES = 10;
const DOT_INTERVAL_MS = 30_000;
/** Divides the interval of the dots. */
const POLL_INTERVAL_MS = 1_000;

/** Waits up to ten minutes for the lock. @returns a function that releases it */
export async function acquireLock(session: Session, reason: string): Promise<() => void> {
  const { out, settings } = session;
  const file = join(settings.directory, LOCK_NAME);
  let holder = tryLock(file, session, reason);

  if (holder !== undefined) {
    out.warning(
      `${session.command} is locked by ${holder.user} (pid ${holder.pid}) on ${holder.since}; reason is ${JSON.stringify(holder.reason)}.`,
    );
    out.warning(`Will wait up to ${WAIT_MINUTES} minute(s) for the lock(s) to be released.`);
  }
  for (let waitedMs = 0; holder !== undefined; waitedMs += POLL_INTERVAL_MS) {
    if (waitedMs >= WAIT_MINUTES * 60_000) {
      throw new Failure(
        "LockFailedError",
        `Failed to acquire lock "${file}"; owner is "${holder.user}"; reason is "${holder.reason}"`,
      );
    }
    if (waitedMs > 0 && waitedMs % DOT_INTERVAL_MS === 0) out.stderr(".");
    await pause(session, POLL_INTERVAL_MS);
    holder = tryLock(file, session, reason);
  }
  return () => {
    if (readHolder(file)?.pid === process.pid) rmSync(file, { force: true });
  };
}

/** The running deployment of this sandbox. */
export function activeHolder(directory: string): LockHolder | undefined {
  const holder = readHolder(join(directory, LOCK_NAME));
  return holder !== undefined && startTime(holder.pid) === holder.startedAt ? holder : undefined;
}

/** @returns the current holder, or undefined when the lock was acquired */
function tryLock(file: string, { command, settings }: Session, reason: string): LockHolder | undefined {
  const draft = `${file}.${process.pid}`;
  const own: LockHolder = {
    pid: process.pid,
    startedAt: startTime(process.pid) ?? "",
    command,
    user: settings.user,
    since: new Date().toUTCString(),
    reason,
  };
  writeFileSync(draft, `${JSON.stringify(own)}\n`);
  try {
    for (;;) {
      const holder = readHolder(file);
      if (holder !== undefined && startTime(holder.pid) === holder.startedAt) return holder;
      // The process of the holder has exited, or the file is invalid.
      rmSync(file, { force: true });
      if (linked(draft, file)) return undefined;
    }
  } finally {
    rmSync(draft, { force: true });
  }
}

function linked(draft: string, file: string): boolean {
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function readHolder(file: string): LockHolder | undefined {
  try {
    const read = record(JSON.parse(readFileSync(file, "utf8")));
    return {
      pid: number(read["pid"]),
      startedAt: text(read["startedAt"]),
      command: text(read["command"]),
      user: text(read["user"]),
      since: text(read["since"]),
      reason: text(read["reason"]),
    };
  } catch {
    // Missing or invalid: the lock is free.
    return undefined;
  }
}

/** Start time of a process in clock ticks: a process number may be reused, together with its start time it is unique. */
function startTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

// One deployment at a time: the lock is a file that names who holds it, and it counts only as long as that
// process lives. The file is put in place by a link, which either succeeds for one process or fails.
import { linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "./errors.ts";
import { number, record, text } from "./json.ts";
import { pause, type Session } from "./session.ts";

export type LockHolder = { pid: number; startedAt: string; user: string; since: string; reason: string };

const LOCK = "scap.lock";
const waitMinutes = 10;
const dotIntervalMs = 30_000;

/** Waits for the lock, at most ten minutes. @returns the function that gives it back */
export async function acquireLock(session: Session, reason: string): Promise<() => void> {
  const { out, settings } = session;
  const file = lockFile(session);
  let holder = tryLock(file, { user: settings.user, reason });

  if (holder !== undefined) {
    out.warning(
      `${session.command} is locked by ${holder.user} (pid ${holder.pid}) on ${holder.since}; reason is ${JSON.stringify(holder.reason)}.`,
    );
    out.warning(`Will wait up to ${waitMinutes} minute(s) for the lock(s) to be released.`);
  }
  for (let waitedMs = 0; holder !== undefined; waitedMs += lookIntervalMs) {
    if (waitedMs >= waitMinutes * 60_000) {
      throw new Failure(
        "LockFailedError",
        `Failed to acquire lock "${file}"; owner is "${holder.user}"; reason is "${holder.reason}"`,
      );
    }
    if (waitedMs > 0 && waitedMs % dotIntervalMs === 0) out.stderr(".");
    await pause(session, lookIntervalMs);
    holder = tryLock(file, { user: settings.user, reason });
  }
  return () => releaseLock(session);
}

// Divides the interval of the dots, so that they come on time.
const lookIntervalMs = 1_000;

export function lockHolder(session: Session): LockHolder | undefined {
  return readHolder(lockFile(session));
}

/** Whoever deploys into this sandbox: a lock counts only as long as the process that took it lives. */
export function livingHolder(directory: string): LockHolder | undefined {
  const holder = readHolder(join(directory, LOCK));
  return holder !== undefined && isAlive(holder) ? holder : undefined;
}

/** Takes the lock away from whoever has it. */
export function clearLock(session: Session): void {
  rmSync(lockFile(session), { force: true });
}

function releaseLock(session: Session): void {
  if (lockHolder(session)?.pid === process.pid) clearLock(session);
}

function lockFile(session: Session): string {
  return join(session.settings.directory, LOCK);
}

/** @returns who has it, or undefined when it is ours now */
function tryLock(file: string, { user, reason }: { user: string; reason: string }): LockHolder | undefined {
  const draft = `${file}.${process.pid}`;
  const mine: LockHolder = {
    pid: process.pid,
    startedAt: startTime(process.pid) ?? "",
    user,
    since: new Date().toUTCString(),
    reason,
  };
  writeFileSync(draft, `${JSON.stringify(mine)}\n`);
  try {
    for (;;) {
      const holder = readHolder(file);
      if (holder !== undefined && isAlive(holder)) return holder;
      // Its process is gone, or the file is no lock at all.
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
      user: text(read["user"]),
      since: text(read["since"]),
      reason: text(read["reason"]),
    };
  } catch {
    // Missing, or written by hand: nobody holds it.
    return undefined;
  }
}

function isAlive({ pid, startedAt }: LockHolder): boolean {
  const now = startTime(pid);
  if (now === undefined) return false;
  return startedAt === "" || now === startedAt;
}

/** When a process was started, in the kernel's ticks; numbers of processes are used again, pairs are not. */
function startTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? undefined : fields[19];
  } catch {
    return answersSignals(pid) ? "" : undefined;
  }
}

/** For systems without /proc. */
function answersSignals(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

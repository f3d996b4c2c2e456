/**
 * A lock file that the death of its holder opens by itself.
 *
 * Node has no flock, so the file names its holder (process number and start, see processes.mjs) and whoever
 * finds a holder that is gone takes the file over. The file appears complete or not at all (written aside,
 * then linked), so nobody ever reads half a name.
 */
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { isStillRunning, thisProcess } from "./processes.mjs";

/**
 * @typedef {{ pid: number, identity: string }} Noted
 * @typedef {Noted & { helper?: Noted, [fact: string]: unknown }} Holder
 */

export class LockHeld extends Error {
  /** @param {string} path @param {Holder} holder */
  constructor(path, holder) {
    super(`${path} is held by process ${holder.pid}`);
    this.name = "LockHeld";
    /** @type {Holder} */
    this.holder = holder;
  }
}

/**
 * Takes the lock or throws LockHeld. `facts` are for whoever is refused (an address to look at, for instance).
 * A `helper` among them is a second process that holds the lock as well, so that the lock outlives us if it does.
 * @param {string} path
 * @param {Record<string, unknown>} [facts]
 * @returns {{ previous: Holder | undefined, note(facts: Record<string, unknown>): void, release(): void }}
 *   previous: whose death opened the lock for us
 */
export function takeLock(path, facts = {}) {
  const aside = `${path}.${process.pid}`;
  let holder = { ...thisProcess(), ...facts };
  /** @type {Holder | undefined} */
  let previous;
  for (let attempt = 0; attempt < 20; attempt += 1) {
    writeFileSync(aside, JSON.stringify(holder), { mode: 0o600 });
    try {
      linkSync(aside, path);
      rmSync(aside);
      return {
        previous,
        note(more) {
          holder = { ...holder, ...more };
          writeFileSync(aside, JSON.stringify(holder), { mode: 0o600 });
          renameSync(aside, path);
        },
        release() {
          if (readHolder(path)?.pid === process.pid) rmSync(path, { force: true });
        },
      };
    } catch (cause) {
      rmSync(aside, { force: true });
      if (!(cause instanceof Error && "code" in cause && cause.code === "EEXIST")) throw cause;
    }
    const other = readHolder(path);
    if (other !== undefined) {
      if (isHeld(other)) throw new LockHeld(path, other);
      removeStale(path, other);
      previous = other;
    }
  }
  throw new Error(`${path} changes hands all the time`);
}

/**
 * The living holder, or undefined when nobody holds the lock.
 * @param {string} path
 * @returns {Holder | undefined}
 */
export function lockHolder(path) {
  const holder = readHolder(path);
  return holder !== undefined && isHeld(holder) ? holder : undefined;
}

/** @param {string} path @param {Holder} stale */
function removeStale(path, stale) {
  const grave = `${path}.${process.pid}.stale`;
  try {
    renameSync(path, grave);
  } catch {
    return; // somebody else was quicker; the next attempt sees whose it is now
  }
  // Between reading and renaming somebody may have taken the lock over: then it goes back to them.
  if (readHolder(grave)?.identity !== stale.identity) {
    try {
      linkSync(grave, path);
    } catch {
      // A third one has it already. Three starters within microseconds of a crash: not worth more.
    }
  }
  rmSync(grave, { force: true });
}

/** @param {Holder} holder */
function isHeld(holder) {
  return isStillRunning(holder) || (holder.helper !== undefined && isStillRunning(holder.helper));
}

/**
 * @param {string} path
 * @returns {Holder | undefined}
 */
function readHolder(path) {
  try {
    return /** @type {Holder} */ (JSON.parse(readFileSync(path, "utf8")));
  } catch (cause) {
    if (cause instanceof SyntaxError) return { pid: 0, identity: "unreadable" };
    return undefined; // released meanwhile
  }
}

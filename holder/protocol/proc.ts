// Reads /proc. The pid, the start time and the boot id together identify a process: holder.json names the holder by them, and
// a worker looks it up.

import { closeSync, openSync, readdirSync, readFileSync, readSync } from "node:fs";

export type ProcessStat = {
  pid: number;
  /** R, S, D, T, Z, … */
  state: string;
  parentPid: number;
  group: number;
  /** Device number of the controlling terminal, as the kernel encodes it; 0 for none. */
  terminalNumber: number;
  /** Process group in the foreground of that terminal. */
  foregroundGroup: number;
  /** Together with pid and boot id this identifies a process uniquely. */
  startTicks: number;
  /** Addresses of its code and stack, where the kernel may show them: they differ after exec(). */
  image: string;
  /** The processor time that it has used, in ticks of mostly 10 ms. */
  ticks: number;
  /** Its generation below the holder. */
  depth: number;
};

const buffer = Buffer.allocUnsafe(64 * 1024);
/** The kernel returns a long list one page at a time, so a read of less than half a page is the last one. */
const LAST_READ_BYTES_MAX = 2048;

export type ProcText = { text: string } | { denied: boolean };

/** A file of /proc, at most 64 KiB of it. `denied` distinguishes "not permitted" from "does not exist". */
export function readProc(path: string): ProcText {
  let fd: number;
  try {
    fd = openSync(path, "r");
  } catch (error) {
    return { denied: isDenied(error) };
  }
  try {
    let length = 0;
    for (
      let bytes = LAST_READ_BYTES_MAX;
      bytes >= LAST_READ_BYTES_MAX && length < buffer.length;
      length += bytes
    ) {
      bytes = readSync(fd, buffer, length, buffer.length - length, length);
    }
    return { text: buffer.toString("latin1", 0, length) };
  } catch (error) {
    return { denied: isDenied(error) };
  } finally {
    closeSync(fd);
  }
}

function isDenied(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "EACCES" || error.code === "EPERM");
}

/** undefined when there is no such process. A zombie still has one. */
export function readStat(pid: number, depth = 0): ProcessStat | undefined {
  return readStatFile(`/proc/${pid}/stat`, pid, depth);
}

/** The same for one thread: state and ticks are its own. */
export function readThreadStat(pid: number, thread: number): ProcessStat | undefined {
  return readStatFile(`/proc/${pid}/task/${thread}/stat`, pid, 0);
}

function readStatFile(path: string, pid: number, depth: number): ProcessStat | undefined {
  const read = readProc(path);
  if (!("text" in read)) {
    return undefined;
  }
  // The name in brackets may contain spaces and brackets, so the fields are counted from the last bracket.
  const fields = read.text.slice(read.text.lastIndexOf(")") + 2).split(" ");
  const number = (index: number): number => Number(fields[index] ?? 0);
  return {
    pid,
    state: fields[0] ?? "?",
    parentPid: number(1),
    group: number(2),
    terminalNumber: number(4),
    foregroundGroup: number(5),
    startTicks: number(19),
    image: fields.slice(23, 26).join(" "),
    ticks: number(11) + number(12),
    depth,
  };
}

/** The name of the program without its arguments, which may contain a secret; empty when there is no such process. */
export function readName(pid: number): string {
  const read = readProc(`/proc/${pid}/comm`);
  return "text" in read ? Buffer.from(read.text, "latin1").toString("utf8").trimEnd() : "";
}

/** Thread ids, the main thread first. */
export function listThreads(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`)
      .map(Number)
      .sort((a, b) => Number(b === pid) - Number(a === pid) || a - b);
  } catch {
    return [];
  }
}

/** The arguments of a command line; empty for a kernel thread, a zombie or a process that has ended. */
export function readCommandLine(pid: number): string[] {
  const read = readProc(`/proc/${pid}/cmdline`);
  if (!("text" in read)) {
    return [];
  }
  return Buffer.from(read.text, "latin1").toString("utf8").replace(/\0$/, "").split("\0").filter(Boolean);
}

/** Changes with every boot, which makes earlier process ids meaningless. */
export function readBootId(): string {
  return BOOT_ID;
}

/** Read at start: a later failure for lack of descriptors must not look like another boot. */
const BOOT_ID = (() => {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return "unknown";
  }
})();

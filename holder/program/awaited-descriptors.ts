// Decodes the descriptors for which a system call waits: whether the terminal is one of them, and whether it is the only one that
// another process could make ready.

import { closeSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import { readProc } from "../protocol/proc.ts";
import type { CallInProgress } from "./syscalls.ts";
import type { TerminalIdentity } from "./terminal.ts";

/** undefined when the terminal is not among the descriptors that the call waits for. */
export function describeDescriptors(
  call: CallInProgress,
  pid: number,
  terminal: TerminalIdentity,
): { onlyTerminal: boolean } | undefined {
  const fds = listAwaited(call, pid);
  const others = fds.filter((fd) => !isTerminal(pid, fd, terminal));
  return others.length === fds.length
    ? undefined
    : { onlyTerminal: others.every((fd) => isOwnWakeUp(pid, fd)) };
}

const POLLED_FDS_MAX = 1024;
const POLLIN_OR_RDNORM = 0x41;
const EPOLLIN_OR_RDNORM = 0x41;

/** The descriptors from which the call waits for input. */
function listAwaited({ waiting, arguments: values }: CallInProgress, pid: number): number[] {
  const [first = 0n, second = 0n] = values;
  switch (waiting.kind) {
    case "read":
      return [Number(BigInt.asIntN(32, first))];
    case "poll":
      return listPolled(pid, first, Number(BigInt.asUintN(32, second)));
    case "select":
      return listSelected(pid, second, Number(BigInt.asIntN(32, first)));
    case "epoll":
      return listWatched(pid, Number(BigInt.asIntN(32, first)));
  }
}

function listPolled(pid: number, address: bigint, count: number): number[] {
  const memory = count > POLLED_FDS_MAX ? undefined : readMemory(pid, address, count * 8);
  if (memory === undefined) {
    return [];
  }
  const entries = Array.from({ length: count }, (_, index) => index * 8);
  return entries
    .filter((at) => memory.readInt32LE(at) >= 0 && (memory.readInt16LE(at + 4) & POLLIN_OR_RDNORM) !== 0)
    .map((at) => memory.readInt32LE(at));
}

function listSelected(pid: number, address: bigint, count: number): number[] {
  // The kernel reads the set in words of 64 bits.
  const memory =
    count <= 0 || count > POLLED_FDS_MAX || address === 0n
      ? undefined
      : readMemory(pid, address, Math.ceil(count / 64) * 8);
  if (memory === undefined) {
    return [];
  }
  return Array.from({ length: count }, (_, fd) => fd).filter(
    (fd) => ((memory[fd >> 3] ?? 0) & (1 << (fd & 7))) !== 0,
  );
}

function listWatched(pid: number, epollFd: number): number[] {
  const read = readProc(`/proc/${pid}/fdinfo/${epollFd}`);
  if (!("text" in read)) {
    return [];
  }
  return [...read.text.matchAll(/^tfd:\s*(\d+)\s+events:\s*([0-9a-f]+)/gm)]
    .filter(([, , events = "0"]) => (Number.parseInt(events, 16) & EPOLLIN_OR_RDNORM) !== 0)
    .map(([, fd]) => Number(fd));
}

function readMemory(pid: number, address: bigint, length: number): Buffer | undefined {
  const bytes = Buffer.alloc(length);
  try {
    const fd = openSync(`/proc/${pid}/mem`, "r");
    try {
      return readSync(fd, bytes, 0, length, address) === length ? bytes : undefined;
    } finally {
      closeSync(fd);
    }
  } catch {
    return undefined;
  }
}

/** /dev/tty: the controlling terminal of the process, which for the members of the group is this one. */
const DEV_TTY = (5n << 8n) | 0n;

function isTerminal(pid: number, fd: number, terminal: TerminalIdentity): boolean {
  const found = statFd(pid, fd);
  return (
    found !== undefined &&
    ((found.rdev === terminal.device && found.dev === terminal.fileSystem) || found.rdev === DEV_TTY)
  );
}

/** A descriptor by which a program wakes only itself: an event or timer of its own, or a pipe with both ends in it. */
function isOwnWakeUp(pid: number, fd: number): boolean {
  const found = statFd(pid, fd);
  if (found === undefined) {
    return true;
  }
  if (!found.isFIFO()) {
    // Descriptors without a device or directory entry: eventfd, signalfd, inotify, epoll …
    return !found.isCharacterDevice() && !found.isSocket() && !found.isFile();
  }
  return listFds(pid).some((other) => {
    const end = other === fd ? undefined : statFd(pid, other);
    return end !== undefined && end.ino === found.ino && end.dev === found.dev;
  });
}

function statFd(pid: number, fd: number): ReturnType<typeof statBig> | undefined {
  try {
    return statBig(`/proc/${pid}/fd/${fd}`);
  } catch {
    return undefined;
  }
}

function statBig(path: string) {
  return statSync(path, { bigint: true });
}

function listFds(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map(Number);
  } catch {
    return [];
  }
}

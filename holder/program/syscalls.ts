// System calls in which a process can wait for terminal input, by number, for the supported processors.
// Numbers are part of the kernel's ABI and never change.

export type WaitingCall = {
  kind: "read" | "poll" | "select" | "epoll";
  /** Which argument is the timeout, and whether it is a number of ms (-1: none) or a pointer (0: none). */
  timeout: { argument: number; as: "milliseconds" | "pointer" } | undefined;
};

const READ: WaitingCall = { kind: "read", timeout: undefined };
const POLL: WaitingCall = { kind: "poll", timeout: { argument: 2, as: "milliseconds" } };
const PPOLL: WaitingCall = { kind: "poll", timeout: { argument: 2, as: "pointer" } };
const SELECT: WaitingCall = { kind: "select", timeout: { argument: 4, as: "pointer" } };
const EPOLL: WaitingCall = { kind: "epoll", timeout: { argument: 3, as: "milliseconds" } };
const EPOLL_PWAIT2: WaitingCall = { kind: "epoll", timeout: { argument: 3, as: "pointer" } };

const BY_PROCESSOR: Partial<Record<string, ReadonlyMap<number, WaitingCall>>> = {
  x64: new Map([
    [0, READ],
    [17, READ], // pread64
    [19, READ], // readv
    [295, READ], // preadv
    [327, READ], // preadv2
    [7, POLL],
    // restart_syscall: a poll continues under this name after the process was stopped and continued. The registers
    // still hold its arguments. A sleep does the same; its arguments do not decode to a set with our terminal.
    [219, POLL],
    [271, PPOLL],
    [23, SELECT],
    [270, SELECT], // pselect6
    [232, EPOLL],
    [281, EPOLL], // epoll_pwait
    [441, EPOLL_PWAIT2],
  ]),
  arm64: new Map([
    [63, READ],
    [65, READ], // readv
    [67, READ], // pread64
    [69, READ], // preadv
    [286, READ], // preadv2
    [73, PPOLL],
    [128, PPOLL], // restart_syscall
    [72, SELECT], // pselect6
    [22, EPOLL], // epoll_pwait
    [441, EPOLL_PWAIT2],
  ]),
};

const calls: ReadonlyMap<number, WaitingCall> = BY_PROCESSOR[process.arch] ?? new Map();

export type CallInProgress = {
  waiting: WaitingCall;
  arguments: readonly bigint[];
};

/** Reads a line of /proc/<pid>/task/<tid>/syscall; undefined for a call that does not wait for input. */
export function parseSyscall(line: string): CallInProgress | undefined {
  // "running" and "-1 …" (blocked outside a call) are not in the table.
  const words = line.trim().split(" ");
  const waiting = calls.get(Number(words[0]));
  return waiting === undefined ? undefined : { waiting, arguments: words.slice(1, 7).map(BigInt) };
}

export function hasTimeout({ waiting, arguments: values }: CallInProgress): boolean {
  if (waiting.timeout === undefined) {
    return false;
  }
  const value = values[waiting.timeout.argument] ?? 0n;
  return waiting.timeout.as === "pointer" ? value !== 0n : BigInt.asIntN(32, value) >= 0n;
}

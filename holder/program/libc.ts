// The few calls of the C library that Node does not offer. The only file that imports koffi.
//
// When koffi cannot be loaded `libc` is undefined and the holder works with less: terminal modes are unknown, whether typed input
// was consumed is known only from the reader, and a process whose parent has died is not found. Nothing here throws.

import { createRequire } from "node:module";

export type Libc = {
  /** Local flags of a terminal; undefined when the descriptor is no terminal any more. */
  localFlags(fd: number): { canonical: boolean; echo: boolean } | undefined;
  /** Turns off XON/XOFF (a stray Ctrl-S must not freeze a deployment) and makes the line editor aware of UTF-8. */
  prepareTerminal(fd: number): boolean;
  /** Bytes that wait to be read from a terminal; undefined when it is unknown. */
  unreadBytes(fd: number): number | undefined;
  /** Discards what was typed and not yet read. */
  flushInput(fd: number): boolean;
  /** Orphans of the job become children of this process, so each is still found. */
  becomeSubreaper(): boolean;
  /** Collects one dead child. Never for the command itself: node-pty waits for that one. */
  reap(pid: number): boolean;
};

// Same numbers on x64 and arm64.
const TCGETS = 0x5401;
const TCSETS = 0x5402;
const TCFLSH = 0x540b;
const FIONREAD = 0x541b;
const TCIFLUSH = 0n;
const IFLAG_AT = 0;
const LFLAG_AT = 12;
const IXON = 0o2000;
const IUTF8 = 0o40000;
const ICANON = 0o2;
const ECHO = 0o10;
const PR_SET_CHILD_SUBREAPER = 36;
const WNOHANG = 1;
/** The kernel's struct termios has 36 bytes; the rest is a reserve. */
const TERMIOS_BYTES = 64;

export const libc: Libc | undefined = load();

function load(): Libc | undefined {
  if (process.platform !== "linux") {
    return undefined;
  }
  try {
    const koffi = createRequire(import.meta.url)("koffi") as typeof import("koffi");
    // The C library is already in this process; opening it by file name would need one name for glibc and one for musl.
    const self = koffi.load(null);
    const ioctlBuffer = self.func("ioctl", "int", ["int", "ulong", "void *"]);
    const ioctlNumber = self.func("ioctl", "int", ["int", "ulong", "ulong"]);
    const prctl = self.func("prctl", "int", ["int", "ulong", "ulong", "ulong", "ulong"]);
    const waitpid = self.func("waitpid", "int", ["int", "void *", "int"]);
    return {
      localFlags(fd) {
        const termios = Buffer.alloc(TERMIOS_BYTES);
        if (Number(ioctlBuffer(fd, TCGETS, termios)) !== 0) {
          return undefined;
        }
        const flags = termios.readUInt32LE(LFLAG_AT);
        return { canonical: (flags & ICANON) !== 0, echo: (flags & ECHO) !== 0 };
      },
      prepareTerminal(fd) {
        const termios = Buffer.alloc(TERMIOS_BYTES);
        if (Number(ioctlBuffer(fd, TCGETS, termios)) !== 0) {
          return false;
        }
        termios.writeUInt32LE(((termios.readUInt32LE(IFLAG_AT) & ~IXON) | IUTF8) >>> 0, IFLAG_AT);
        return Number(ioctlBuffer(fd, TCSETS, termios)) === 0;
      },
      unreadBytes(fd) {
        const count = Buffer.alloc(4);
        return Number(ioctlBuffer(fd, FIONREAD, count)) === 0 ? count.readInt32LE(0) : undefined;
      },
      flushInput: (fd) => Number(ioctlNumber(fd, TCFLSH, TCIFLUSH)) === 0,
      becomeSubreaper: () => Number(prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)) === 0,
      reap: (pid) => pid > 0 && Number(waitpid(pid, Buffer.alloc(4), WNOHANG)) === pid,
    };
  } catch {
    return undefined;
  }
}

/**
 * The temporary directory of a run, removed at its end, or by the next run if this one failed or was killed. In memory, if there is room: on a disk, a file system that reserves
 * the numbers of removed files for some seconds (ext4) took two fifths of the processor time of some tests. A TMPDIR that is
 * set is used.
 */
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const MEMORY = "/dev/shm";
/** A run needs about 0.3 GB, and memory besides. */
const FREE_BYTES_MIN = 3 * 1024 ** 3;

export function openScratch(): string {
  const isChosen = (process.env["TMPDIR"] ?? "") !== "";
  const home = !isChosen && hasRoom() ? MEMORY : tmpdir();
  for (const name of readdirSync(home)) {
    const pid = /^spiderpig-test-(\d+)$/.exec(name)?.[1];
    if (pid !== undefined && !existsSync(`/proc/${pid}`)) rmSync(join(home, name), { recursive: true });
  }
  const directory = join(home, `spiderpig-test-${process.pid}`);
  mkdirSync(directory);
  // As /tmp is: tests act as several users.
  chmodSync(directory, 0o1777);
  return directory;
}

/** A container may have little memory, or forbid running programs from there. */
function hasRoom(): boolean {
  try {
    const { bavail, bsize } = statfsSync(MEMORY);
    if (Math.min(bavail * bsize, process.availableMemory()) < FREE_BYTES_MIN) return false;
    const mounts = readFileSync("/proc/self/mounts", "utf8").split("\n");
    return mounts.some((mount) => mount.split(" ")[1] === MEMORY && !mount.includes("noexec"));
  } catch {
    return false;
  }
}

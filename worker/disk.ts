// Room on the disk of DATA_DIR. A job whose journal cannot be written could not be started, or its output would have gaps, so a
// worker without room starts none. Running jobs continue: their holders keep what the disk cannot take.
import { statfsSync } from "node:fs";

const MIB = 1024 ** 2;

export type Disk = {
  /** 0 if it is not known. */
  freeBytes: () => number;
  /** Why the worker starts no jobs, as a sentence; undefined when there is room. */
  problem: () => string | undefined;
};

/** @param minFreeBytes 0: never checked. */
export function createDisk(dataDir: string, minFreeBytes: number): Disk {
  function free(): number {
    const { bavail, bsize } = statfsSync(dataDir);
    return bavail * bsize;
  }
  return {
    freeBytes() {
      try {
        return free();
      } catch {
        return 0;
      }
    },
    problem() {
      if (minFreeBytes === 0) return undefined;
      try {
        const freeBytes = free();
        if (freeBytes >= minFreeBytes) return undefined;
        const [has, needs] = [freeBytes, minFreeBytes].map((bytes) => `${Math.floor(bytes / MIB)} MiB`);
        return `The disk of DATA_DIR has ${has} free, and MIN_FREE_DISK_MIB requires ${needs}.`;
      } catch (error) {
        return `DATA_DIR cannot be read: ${error instanceof Error ? error.message : String(error)}`;
      }
    },
  };
}

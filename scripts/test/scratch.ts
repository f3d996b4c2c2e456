/**
 * Where a run of the tests keeps its temporary files: worlds, journals, a cluster, made and removed by the thousand.
 *
 * In memory, where there is room. A file system on a disk keeps the number of a removed file from being given out
 * again for some seconds, and each new file looks past all of those: with ext4 that was two fifths of the processor
 * time of the sandbox's tests. A TMPDIR that somebody has set is obeyed.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, rmSync, statfsSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stopPostgres } from "../postgres.ts";
import { identityOf } from "../processes.mjs";

const MEMORY = "/dev/shm";
/** A run was seen to need 0.3 GB; what it runs needs memory too. */
const ROOM_BYTES_MIN = 3 * 1024 ** 3;
/** As /tmp is: tests act as several users. */
const OPEN_TO_ALL = 0o1777;

export type Scratch = { directory: string; remove(): void };

export async function openScratch(): Promise<Scratch> {
  const home = (process.env["TMPDIR"] ?? "") === "" && hasRoom(MEMORY) ? MEMORY : tmpdir();
  await sweep(home);
  const directory = join(home, `spiderpig-test-${process.pid}`);
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory);
  chmodSync(directory, OPEN_TO_ALL);
  return { directory, remove: () => rmSync(directory, { recursive: true, force: true }) };
}

/** Where the run's server of PostgreSQL is. */
export function clusterOf(scratch: string): string {
  return join(scratch, "postgres");
}

/** A container may be given little of it, and may forbid to run programs from it. */
function hasRoom(memory: string): boolean {
  const probe = join(memory, `spiderpig-probe-${process.pid}`);
  try {
    const { bavail, bsize } = statfsSync(memory);
    if (Math.min(bavail * bsize, process.availableMemory()) < ROOM_BYTES_MIN) return false;
    writeFileSync(probe, "#!/bin/sh\n", { mode: 0o700 });
    return spawnSync(probe).status === 0;
  } catch {
    return false; // this system has no such place, or it is not for us
  } finally {
    rmSync(probe, { force: true });
  }
}

/** Removes what runs left that were killed, or that failed and kept what they had for whoever looks. */
async function sweep(home: string): Promise<void> {
  for (const name of readdirSync(home)) {
    const pid = /^spiderpig-test-(\d+)$/.exec(name)?.[1];
    if (pid === undefined || identityOf(Number(pid)) !== undefined) continue;
    const directory = join(home, name);
    if (statSync(directory, { throwIfNoEntry: false })?.uid !== process.getuid?.()) continue;
    await stopPostgres(clusterOf(directory));
    rmSync(directory, { recursive: true, force: true });
  }
}

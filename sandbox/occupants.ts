// Who else is at work on the sandbox's directory: a world that still runs. It leaves a file with its process number,
// which counts only as long as that process lives. (A deployment under way holds scap's lock: scap/lock.ts.)
import { join } from "node:path";
import { readJson } from "./files.ts";

const answerMsMax = 1000;

/** The process and address of a world that runs over this directory, or null. */
export async function runningWorld(directory: string): Promise<{ pid: number; gerritUrl: string } | null> {
  const earlier = await readJson<{ pid?: number; gerritUrl?: string }>(join(directory, "sandbox.json"));
  if (earlier?.gerritUrl === undefined || earlier.pid === undefined || !isAlive(earlier.pid)) return null;
  try {
    const version = new URL("/config/server/version", earlier.gerritUrl);
    await fetch(version, { signal: AbortSignal.timeout(answerMsMax) });
    return { pid: earlier.pid, gerritUrl: earlier.gerritUrl };
  } catch {
    // Nobody answers there: the process number belongs to another program by now.
    return null;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === "EPERM";
  }
}

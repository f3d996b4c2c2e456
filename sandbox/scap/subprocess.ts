// Runs another scap command as a child on the same terminal, and leaves it as Python's subprocess.run does.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";
import { Failure, KeyboardInterrupt } from "./errors.ts";
import { compiledDirectory } from "./compiled.ts";
import { pythonList } from "./python.ts";
import type { Session } from "./session.ts";

// Python's own grace after Ctrl-C, before it kills. A child that wants to ask what to do next does not get to
// hear the answer: that is how the real thing behaves, so it is not scaled by the sandbox's speed either.
const interruptGraceMs = 250;

/** Throws CalledProcessError when the child ends with anything but 0. */
export async function runScapChild(session: Session, args: readonly string[]): Promise<void> {
  const program = fileURLToPath(new URL("main.ts", import.meta.url));
  const argv = [...session.defines.flatMap((define) => ["-D", define]), ...args];
  const child = spawn(process.execPath, [program, ...argv], {
    // Set before the program starts, it also covers the program's first file.
    env: { NODE_COMPILE_CACHE: compiledDirectory(session.settings.directory), ...process.env },
    stdio: "inherit",
  });
  const ended = new Promise<void>((resolve, reject) => {
    child.once("close", () => resolve());
    child.once("error", reject);
  });

  try {
    await session.interrupts.during(ended);
  } catch (error) {
    if (!(error instanceof KeyboardInterrupt)) throw error;
    await killAfterGrace(child);
    throw error;
  }
  const command = `Command '${pythonList(["/usr/bin/scap", ...argv])}'`;
  if (child.signalCode !== null) {
    const number = constants.signals[child.signalCode];
    throw new Failure("CalledProcessError", `${command} died with <Signals.${child.signalCode}: ${number}>.`);
  }
  if (child.exitCode !== 0) {
    throw new Failure("CalledProcessError", `${command} returned non-zero exit status ${child.exitCode}.`);
  }
}

async function killAfterGrace(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  const timer = setTimeout(() => child.kill("SIGKILL"), interruptGraceMs);
  await gone;
  clearTimeout(timer);
}

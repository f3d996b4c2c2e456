// Runs another scap command as a child on the same terminal, with the behaviour of Python's subprocess.run.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";
import { Failure, KeyboardInterrupt } from "./errors.ts";
import { pythonList } from "./python.ts";
import type { Session } from "./session.ts";

// After Ctrl-C, Python waits this long before it kills the child, so a child that asks what to do cannot read the answer.
// It is a constant of Python, so the sandbox's speed does not divide it.
const INTERRUPT_GRACE_MS = 250;

/** Throws CalledProcessError when the child ends with anything but 0. */
export async function runScapChild(session: Session, args: readonly string[]): Promise<void> {
  const program = fileURLToPath(new URL("main.ts", import.meta.url));
  const child = spawn(process.execPath, [program, ...args], {
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
  // Ctrl-C signals both processes, but Node may learn of the child's end first. Python never does.
  if (child.exitCode === 130) await session.interrupts.wait(INTERRUPT_GRACE_MS);
  const command = `Command '${pythonList(["/usr/bin/scap", ...args])}'`;
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
  const timer = setTimeout(() => child.kill("SIGKILL"), INTERRUPT_GRACE_MS);
  await gone;
  clearTimeout(timer);
}

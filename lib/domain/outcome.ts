// Why a job ended, from what is known when its process has: exit code, signal, what scap said, what people
// asked for. The exit code alone is not enough: scap exits 0 when a deployer says no, and 1 after a rollback
// that went well (scap's texts are listed in worker/output/landmarks.ts).
import type { Outcome } from "./job.ts";
import type { SignalKind } from "./signal.ts";

export type Landmark = "nothing_to_deploy" | "cancelled" | "rolled_back" | "rollback_failed";

export type Ending = {
  /** Exit code of the process; null when a signal ended it. */
  exitCode: number | null;
  /** Signal number that ended the process; null or 0 when none did. */
  exitSignal: number | null;
  landmarks: ReadonlySet<Landmark>;
  /** Kinds of signals that people asked for and that were delivered. */
  signals: readonly SignalKind[];
};

/** Exit status of a program that ended itself on Ctrl-C (128 + SIGINT), as scap does. */
const EXIT_INTERRUPTED = 130;

export function outcomeOf(ending: Ending): Outcome {
  const wasSignalled = ending.exitSignal !== null && ending.exitSignal !== 0;
  if (wasSignalled || ending.exitCode === null) {
    const byInterruptOnly =
      ending.exitSignal === 2 && !ending.signals.some((kind) => kind === "kill" || kind === "terminate");
    return byInterruptOnly ? "interrupted" : "killed";
  }
  if (ending.landmarks.has("rollback_failed")) return "rollback_failed";
  if (ending.landmarks.has("rolled_back")) return "rolled_back";
  if (ending.exitCode === EXIT_INTERRUPTED) return "interrupted";
  if (ending.exitCode !== 0) return ending.signals.includes("terminate") ? "killed" : "exit_nonzero";
  if (ending.landmarks.has("cancelled")) return "declined";
  if (ending.landmarks.has("nothing_to_deploy")) return "nothing_to_deploy";
  return "completed";
}

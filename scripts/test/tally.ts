/**
 * Counts tests. The subtests of a test are steps of it, not tests, and a suite is a heading, not a test. Children are
 * reported before their parent, so a level's count is complete when the parent ends.
 */
import { writeSync } from "node:fs";

export type Outcome = "passed" | "failed" | "skipped";
export type Counts = Record<Outcome, number>;
export type TestEvent =
  | { kind: "begin"; name: string }
  | { kind: "end"; name: string; depth: number; isSuite: boolean; outcome: Outcome }
  /** All tests have ended, but something keeps the process alive. */
  | { kind: "open"; resources: string[] };

const NONE: Counts = { passed: 0, failed: 0, skipped: 0 };

/**
 * Sends an event to the runner, as a line of JSON on descriptor 3: the standard output belongs to the tests. Written
 * synchronously, so that the runner knows in which test a process was that it had to kill.
 */
export function report(event: TestEvent): void {
  writeSync(3, `${JSON.stringify(event)}\n`);
}

export class Tally {
  /** By depth: what has ended there and has no parent yet. */
  readonly #open: Counts[] = [];
  /** Names of tests that have begun and not ended, oldest first. */
  readonly running = new Set<string>();
  readonly skipped: string[] = [];

  add(event: Exclude<TestEvent, { kind: "open" }>): void {
    if (event.kind === "begin") {
      this.running.add(event.name);
      return;
    }
    this.running.delete(event.name);
    if (event.outcome === "skipped") this.skipped.push(event.name);
    const children = this.#open[event.depth + 1] ?? NONE;
    this.#open.length = Math.min(this.#open.length, event.depth + 1);
    const own = event.isSuite ? suiteCounts(event.outcome, children) : { ...NONE, [event.outcome]: 1 };
    this.#open[event.depth] = sum([this.#open[event.depth] ?? NONE, own]);
  }

  /** Also correct for a run that was interrupted. */
  counts(): Counts {
    return sum(this.#open.map((counts) => counts ?? NONE));
  }
}

/** A suite that fails although none of its tests did has a broken hook. */
function suiteCounts(outcome: Outcome, children: Counts): Counts {
  return outcome === "failed" && children.failed === 0 ? { ...children, failed: 1 } : children;
}

export function sum(all: readonly Counts[]): Counts {
  const total = (outcome: Outcome): number => all.reduce((count, counts) => count + counts[outcome], 0);
  return { passed: total("passed"), failed: total("failed"), skipped: total("skipped") };
}

/**
 * Counts whole tests. A test's own subtests are steps of it, not tests; a suite is a heading, not a test.
 * Children are reported before the one that holds them, so a level's count is settled when its holder ends.
 */
export type TestEvent =
  | { kind: "begin"; name: string }
  | {
      kind: "end";
      name: string;
      depth: number;
      isSuite: boolean;
      outcome: Outcome;
    }
  /** All tests have ended, but something keeps the process alive. */
  | { kind: "open"; resources: string[] };
export type Outcome = "passed" | "failed" | "skipped";
export type Counts = Record<Outcome, number>;

const NONE: Counts = { passed: 0, failed: 0, skipped: 0 };

export class Tally {
  /** By depth: what ended there and has no holder yet. */
  #open: Counts[] = [];
  /** Names that began and did not end, oldest first. */
  readonly running = new Set<string>();
  readonly skipped: string[] = [];

  add(event: Exclude<TestEvent, { kind: "open" }>): void {
    if (event.kind === "begin") {
      this.running.add(event.name);
      return;
    }
    this.running.delete(event.name);
    if (event.outcome === "skipped") this.skipped.push(event.name);
    const inner = this.#open[event.depth + 1] ?? NONE;
    this.#open.length = Math.min(this.#open.length, event.depth + 1);
    const own = event.isSuite ? suiteCounts(event, inner) : { ...NONE, [event.outcome]: 1 };
    this.#open[event.depth] = sum([this.#open[event.depth] ?? NONE, own]);
  }

  /** Also right in the middle of a run that was cut off. */
  counts(): Counts {
    return sum(this.#open.map((counts) => counts ?? NONE));
  }
}

/** A suite that fails although none of its tests did has a broken hook or an empty body that throws. */
function suiteCounts(event: { outcome: Outcome }, inner: Counts): Counts {
  return event.outcome === "failed" && inner.failed === 0 ? { ...inner, failed: 1 } : inner;
}

export function sum(all: readonly Counts[]): Counts {
  return {
    passed: all.reduce((total, counts) => total + counts.passed, 0),
    failed: all.reduce((total, counts) => total + counts.failed, 0),
    skipped: all.reduce((total, counts) => total + counts.skipped, 0),
  };
}

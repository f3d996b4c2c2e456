/** Reporter of Playwright: sends the counts to the runner, on descriptor 3. */
import { writeSync } from "node:fs";
import type { Reporter, Suite, TestCase } from "@playwright/test/reporter";
import type { Counts } from "./run.ts";

export default class PlaywrightReporter implements Reporter {
  #tests: readonly TestCase[] = [];
  /** Outside a test: a file that does not load, a server that does not start. */
  #errors = 0;

  onBegin(_: unknown, suite: Suite): void {
    this.#tests = suite.allTests();
  }

  onError(): void {
    this.#errors += 1;
  }

  onEnd(): void {
    const ended = (outcome: string): TestCase[] => this.#tests.filter((test) => test.outcome() === outcome);
    const passed = ended("expected").length;
    const skipped = ended("skipped").map((test) => `${test.title} ${reasonOf(test)}`.trim());
    const failed = this.#tests.length - passed - skipped.length + this.#errors;
    writeSync(3, JSON.stringify({ passed, failed, skipped } satisfies Counts));
  }

  printsToStdio(): boolean {
    return false;
  }
}

function reasonOf({ annotations }: TestCase): string {
  const description = annotations.find(({ description: text }) => text !== undefined)?.description;
  return description === undefined ? "" : `(${description})`;
}

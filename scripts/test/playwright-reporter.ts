/** Reporter of Playwright: passes events on to the runner. */
import type { Reporter, TestCase, TestError, TestResult } from "@playwright/test/reporter";
import { report } from "./tally.ts";

export default class PlaywrightReporter implements Reporter {
  onTestBegin(test: TestCase): void {
    report({ kind: "begin", name: test.titlePath().join(" › ") });
  }

  onTestEnd(test: TestCase, result: TestResult): void {
    const willBeTriedAgain = result.status !== test.expectedStatus && result.retry < test.retries;
    if (willBeTriedAgain) return;
    const ended = test.outcome() === "expected" ? "passed" : "failed";
    const outcome = test.outcome() === "skipped" ? "skipped" : ended;
    const name = test.titlePath().join(" › ");
    report({ kind: "end", name, depth: 0, isSuite: false, outcome });
  }

  /** An error outside a test: a file that does not load, a server that does not start. */
  onError(error: TestError): void {
    const name = error.message?.split("\n")[0] ?? "error outside a test";
    report({ kind: "end", name, depth: 0, isSuite: false, outcome: "failed" });
  }

  printsToStdio(): boolean {
    return false;
  }
}

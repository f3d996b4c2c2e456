/** Reporter of node:test (--test-reporter): sends the counts to the runner, on descriptor 3, and prints nothing. */
import { writeSync } from "node:fs";
import type { TestEvent } from "node:test/reporters";
import type { Counts } from "./run.ts";

// oxlint-disable-next-line require-yield -- the form node:test asks for
export default async function* nodeReporter(source: AsyncIterable<TestEvent>): AsyncGenerator<never> {
  const skipped: string[] = [];
  for await (const event of source) {
    if (event.type === "test:pass" || event.type === "test:fail") {
      const { name, skip, todo } = event.data;
      const reason = [skip, todo].find((mark) => mark !== undefined && mark !== false);
      if (reason !== undefined) skipped.push(typeof reason === "string" ? `${name} (${reason})` : name);
    } else if (event.type === "test:summary") {
      const { tests, passed, skipped: skips, todo } = event.data.counts;
      const counts: Counts = { passed, failed: tests - passed - skips - todo, skipped };
      writeSync(3, JSON.stringify(counts));
    }
  }
}

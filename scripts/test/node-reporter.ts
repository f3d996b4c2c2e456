/** Reporter of node:test (--test-reporter): passes what happens on to the runner. Prints nothing itself. */
import type { TestEvent as NodeTestEvent } from "node:test/reporters";
import { report } from "./report.ts";

// oxlint-disable-next-line require-yield -- the form node:test asks for
export default async function* nodeReporter(source: AsyncIterable<NodeTestEvent>): AsyncGenerator<never> {
  for await (const event of source) {
    if (event.type === "test:dequeue") {
      report({ kind: "begin", name: event.data.name });
    } else if (event.type === "test:pass" || event.type === "test:fail") {
      const { name, nesting, skip, todo, details } = event.data;
      const isSet = (mark: unknown): boolean => mark !== undefined && mark !== false;
      const ended = event.type === "test:pass" ? "passed" : "failed";
      const outcome = isSet(skip) || isSet(todo) ? "skipped" : ended;
      report({ kind: "end", name, depth: nesting, isSuite: details.type === "suite", outcome });
    }
  }
}

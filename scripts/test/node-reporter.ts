/**
 * Reporter of node:test (--test-reporter): passes events on to the runner, and prints nothing itself.
 *
 * node:test waits as long as anything keeps the process alive. A file whose tests have all ended but that is still
 * there after a grace period has leaked a resource, which is reported so that the runner need not wait for it.
 */
import type { TestEvent as NodeTestEvent } from "node:test/reporters";
import { report } from "./tally.ts";

/** For the `after` hooks of the file, which are not reported: they stop servers and workers. */
const EXIT_GRACE_MS = Number(process.env["TEST_EXIT_GRACE_MS"] ?? 30_000);

// oxlint-disable-next-line require-yield -- the form node:test asks for
export default async function* nodeReporter(source: AsyncIterable<NodeTestEvent>): AsyncGenerator<never> {
  let openTests = 0;
  let exitTimer: NodeJS.Timeout | undefined;
  for await (const event of source) {
    if (event.type === "test:enqueue" && event.data.nesting === 0) {
      openTests += 1;
      clearTimeout(exitTimer);
    } else if (event.type === "test:dequeue") {
      report({ kind: "begin", name: event.data.name });
    } else if (event.type === "test:pass" || event.type === "test:fail") {
      const { name, nesting, skip, todo, details } = event.data;
      const isSet = (mark: unknown): boolean => mark !== undefined && mark !== false;
      const ended = event.type === "test:pass" ? "passed" : "failed";
      const outcome = isSet(skip) || isSet(todo) ? "skipped" : ended;
      report({ kind: "end", name, depth: nesting, isSuite: details.type === "suite", outcome });
      if (nesting > 0) continue;
      openTests -= 1;
      if (openTests === 0) exitTimer = setTimeout(reportOpenResources, EXIT_GRACE_MS).unref();
    }
  }
}

function reportOpenResources(): void {
  report({ kind: "open", resources: [...new Set(process.getActiveResourcesInfo())] });
}

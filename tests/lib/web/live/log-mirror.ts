// Builds a log from an event stream as a client does, and reports violations in the received events.
import { unpackBlock } from "#lib/contract/log-blocks.ts";
import type { JobEvent } from "#lib/contract/events.ts";
import type { LogLine } from "#lib/contract/log.ts";

type Output = Extract<JobEvent, { event: "output" }>["data"];

export type LogMirror = {
  /** @returns violations: a gap, or a settled line that changed. */
  apply(output: Output): string[];
  readonly lines: readonly LogLine[];
  readonly texts: string[];
  readonly settledLines: number;
};

/** @param first number of the first expected line. */
export function createLogMirror(first = 1): LogMirror {
  const lines: LogLine[] = [];
  let settledLines = first - 1;
  return {
    apply(output) {
      const violations: string[] = [];
      for (const block of output.blocks) {
        for (const line of unpackBlock(block, (n) => lines[n - first])) {
          const index = line.n - first;
          if (index < 0 || index > lines.length) {
            violations.push(`line ${line.n} came after line ${first + lines.length - 1}`);
          }
          if (line.n <= settledLines && line.text !== lines[index]?.text) {
            violations.push(`settled line ${line.n} changed`);
          }
          lines[index] = line;
        }
      }
      lines.length = Math.min(lines.length, Math.max(0, output.totalLines - first + 1));
      settledLines = output.settledLines;
      return violations;
    },
    get lines() {
      return lines;
    },
    get texts() {
      return lines.map(({ text }) => text);
    },
    get settledLines() {
      return settledLines;
    },
  };
}

/**
 * How a program under test tells the runner what happens: JSON lines on descriptor 3. Not on its standard output,
 * because that belongs to the tests; and written at once, so that the runner knows which test a killed file was in.
 */
import { writeSync } from "node:fs";
import { z } from "zod";
import type { TestEvent } from "./tally.ts";

const REPORT_DESCRIPTOR = 3;

const eventSchema: z.ZodType<TestEvent> = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("begin"), name: z.string() }),
  z.object({
    kind: z.literal("end"),
    name: z.string(),
    depth: z.number(),
    isSuite: z.boolean(),
    outcome: z.enum(["passed", "failed", "skipped"]),
  }),
  z.object({ kind: z.literal("open"), resources: z.array(z.string()) }),
]);

export function report(event: TestEvent): void {
  writeSync(REPORT_DESCRIPTOR, `${JSON.stringify(event)}\n`);
}

export function parseReport(line: string): TestEvent {
  return eventSchema.parse(JSON.parse(line));
}

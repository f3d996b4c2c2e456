// Creates the rows that a worker would store for printed lines, for tests without a worker.
import type { NewOutput, OutputState } from "#lib/db/output.ts";
import { NO_EVIDENCE } from "#lib/domain/evidence.ts";
import { plainText } from "#lib/domain/log-text.ts";
import { createEvidence } from "../../worker/output/evidence.ts";

export const NOTHING_STORED: OutputState = {
  seq: 0,
  journalEnd: 0,
  journalSkip: 0,
  settledLines: 0,
  lineCount: 0,
  outputBytes: 0,
  evidence: NO_EVIDENCE,
};

/** @param settled lines after those already settled in `before`. @param live lines on the screen after them. */
export function printed(
  before: OutputState,
  settled: readonly string[],
  {
    at = new Date(),
    live = [],
    screen = null,
  }: { at?: Date; live?: readonly string[]; screen?: NewOutput["tail"]["screen"] } = {},
): NewOutput {
  const evidence = createEvidence(before.evidence);
  for (const [index, text] of settled.entries()) {
    evidence.take({ text: plainText(text), n: before.settledLines + index + 1 });
  }
  const raw = Buffer.from([...settled, ...live].map((line) => `${line}\r\n`).join(""));
  return {
    chunks: [{ at, journalEnd: before.journalEnd + raw.length, journalSkip: 0, raw }],
    blocks: settled.length === 0 ? [] : [{ at, lineCount: settled.length, text: settled.join("\n") }],
    tail: { live: live.map((text) => ({ text, at })), terminal: null, screen, evidence: evidence.toJSON() },
    sensitive: [],
  };
}

// What a worker would have stored of some printed lines, for tests that need rows and no worker.
import type { NewOutput, OutputState } from "#lib/db/output.ts";

export const NOTHING_STORED: OutputState = {
  seq: 0,
  journalEnd: 0,
  journalSkip: 0,
  settledLines: 0,
  lineCount: 0,
  outputBytes: 0,
};

/** @param settled lines behind those that are settled in `before`. @param live the lines on the screen behind them. */
export function printed(
  before: OutputState,
  settled: readonly string[],
  {
    at = new Date(),
    live = [],
    screen = null,
  }: { at?: Date; live?: readonly string[]; screen?: NewOutput["tail"]["screen"] } = {},
): NewOutput {
  const raw = Buffer.from([...settled, ...live].map((line) => `${line}\r\n`).join(""));
  return {
    chunks: [{ at, journalEnd: before.journalEnd + raw.length, journalSkip: 0, raw }],
    blocks: settled.length === 0 ? [] : [{ at, lineCount: settled.length, text: settled.join("\n") }],
    tail: { live: live.map((text) => ({ text, at })), terminal: null, screen },
    sensitive: [],
  };
}

// An `output` event of the stream, as the server would send it to a client that has none of these lines.
import { createBlockPacker } from "#lib/contract/log-blocks.ts";
import type { LogLine } from "#lib/contract/log.ts";

/** All lines are settled unless `settledLines` says otherwise. */
export function outputEvent(lines: readonly LogLine[], totalLines: number, settledLines = totalLines) {
  const packer = createBlockPacker();
  for (const line of lines) packer.add(line, undefined);
  return { blocks: packer.blocks(), totalLines, settledLines };
}

// Packs lines of the log into the blocks of an `output` event, and unpacks them. Consecutive lines of about the same time
// are one block, and of a line that the client has, only the changed end is sent. Pure; used by server and clients alike.
import type { LogBlock, LogLine } from "./log.ts";

/** Lines whose times differ by less share one block, which has the time of the first. */
const SAME_TIME_MS = 100;
/** A shorter common beginning costs less than the field that would save it. */
const KEEP_MIN = 16;

export type BlockPacker = {
  /** @param held what the client has in place of this line. */
  add(line: LogLine, held: LogLine | undefined): void;
  blocks(): LogBlock[];
};

export function createBlockPacker(): BlockPacker {
  const blocks: LogBlock[] = [];
  /** Of the last block, while further lines may join it. */
  let texts: string[] = [];

  const close = () => {
    const last = blocks.at(-1);
    if (last !== undefined && texts.length > 0) last.text = texts.join("\n");
    texts = [];
  };

  return {
    add(line, held) {
      const keep = held === undefined ? 0 : commonLength(held.text, line.text);
      if (keep >= KEEP_MIN) {
        close();
        blocks.push({ n: line.n, at: line.at, keep, text: line.text.slice(keep) });
        return;
      }
      const last = blocks.at(-1);
      const isNext = last !== undefined && texts.length > 0 && last.n + texts.length === line.n;
      if (!isNext || !isSameTime(last.at, line.at)) {
        close();
        blocks.push({ n: line.n, at: line.at, text: "" });
      }
      texts.push(line.text);
    },
    blocks() {
      close();
      return blocks;
    },
  };
}

/**
 * The lines of a block. @param held the lines that the client has. A tab that joins a shared stream may get the end of a
 * line that it does not have: it gets the whole line as soon as the stream knows of the tab.
 */
export function unpackBlock(block: LogBlock, held: (n: number) => LogLine | undefined): LogLine[] {
  const { n, at, keep } = block;
  if (keep !== undefined) {
    const line = held(n);
    return line === undefined ? [] : [{ n, at, text: `${line.text.slice(0, keep)}${block.text}` }];
  }
  return block.text.split("\n").map((text, index) => ({ n: n + index, at, text }));
}

function isSameTime(a: string, b: string): boolean {
  return a === b || Math.abs(Date.parse(a) - Date.parse(b)) < SAME_TIME_MS;
}

/** UTF-16 units that both begin with; a surrogate pair is not split. */
function commonLength(a: string, b: string): number {
  const max = Math.min(a.length, b.length);
  let length = 0;
  while (length < max && a.charCodeAt(length) === b.charCodeAt(length)) length += 1;
  const last = length === 0 ? 0 : a.charCodeAt(length - 1);
  return last >= 0xd800 && last <= 0xdbff ? length - 1 : length;
}

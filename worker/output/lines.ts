// Turns the bytes of a terminal into lines for people. A line ends at a newline; what a carriage return wrote
// over is gone, as it is on the screen, so a progress bar that was drawn a thousand times is one line. Colours
// stay; the page and the SQL view deal with them. The bytes themselves are stored beside the lines.

/** A line without an end is cut here, so that a program that never ends one cannot fill the memory. */
export const LINE_BYTES_MAX = 64 * 1024;

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const EMPTY = Buffer.alloc(0);

export type CompletedLines = {
  /** Lines joined by newlines, without a newline at the end. */
  text: string;
  count: number;
};

export type LineAssembler = {
  /** @returns the lines that these bytes complete. */
  push(bytes: Buffer): CompletedLines;
  /** The unfinished last line, as it stands. */
  openLine(): string;
  /** Ends the unfinished line, when the program has ended without doing so. */
  finish(): CompletedLines;
};

/** @param openLine the unfinished line that an earlier worker stored. */
export function createLineAssembler(openLine = ""): LineAssembler {
  let open: Buffer = Buffer.from(openLine, "utf8");

  function complete(bytes: Buffer): CompletedLines {
    return { text: toText(bytes), count: countNewlines(bytes) + 1 };
  }

  return {
    push(bytes) {
      const lastNewline = bytes.lastIndexOf(NEWLINE);
      if (lastNewline === -1) {
        open = withoutOverwritten(Buffer.concat([open, bytes]));
        if (open.length < LINE_BYTES_MAX) return { text: "", count: 0 };
        const cut = complete(open);
        open = EMPTY;
        return cut;
      }
      const done = bytes.subarray(0, lastNewline);
      const completed = complete(open.length === 0 ? done : Buffer.concat([open, done]));
      open = withoutOverwritten(Buffer.from(bytes.subarray(lastNewline + 1)));
      return completed;
    },
    openLine: () => toText(open),
    finish() {
      if (open.length === 0) return { text: "", count: 0 };
      const completed = complete(open);
      open = EMPTY;
      return completed;
    },
  };
}

/** Keeps an unfinished line short while a progress bar redraws it: only what follows the last return matters. */
function withoutOverwritten(line: Buffer): Buffer {
  // The byte after the last return may still be missing, so the return itself and what it ends stay.
  const last = line.length < 2 ? -1 : line.lastIndexOf(CARRIAGE_RETURN, line.length - 2);
  if (last === -1) return line;
  const kept = line.subarray(last + 1);
  return kept.length === 1 && kept[0] === CARRIAGE_RETURN ? line : Buffer.from(kept);
}

function countNewlines(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) count += 1;
  return count;
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

function toText(bytes: Buffer): string {
  // PostgreSQL's text cannot hold a NUL; the raw bytes keep it.
  const text = decoder.decode(bytes).replaceAll("\0", "").replaceAll("\r\n", "\n");
  if (!text.includes("\r")) return text;
  return text.split("\n").map(lastDrawn).join("\n");
}

/** What a line shows after its carriage returns: the last stretch that is not empty. */
function lastDrawn(line: string): string {
  const drawn = line.replace(/\r+$/, "");
  return drawn.slice(drawn.lastIndexOf("\r") + 1);
}

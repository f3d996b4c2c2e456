// Parses scap's protocol in the byte stream of the terminal: one JSON object per line, with a key that only scap was given.
//
// An object may start anywhere in its line, because other output (the end of a colour, a bell, the dots of a wait) precedes it
// without a newline; it ends with the newline, which belongs to it. All other bytes pass unchanged, and immediately unless they
// may still become an object. Text that contains the key never passes in clear.
//
// Time is linear in the bytes and memory is bounded, whatever the bytes are: only lines that contain the key are parsed, each
// from a bounded number of positions.
import { findMessage, MESSAGE_BYTES_MAX } from "./find-message.ts";
import { createHeldLine } from "./held-line.ts";
import { createKeyMask } from "./key-mask.ts";
import type { ProtocolMessage } from "./protocol-messages.ts";

export type Part = { kind: "bytes"; bytes: Uint8Array } | { kind: "message"; message: ProtocolMessage };

export type ProtocolParser = {
  push(bytes: Uint8Array): Part[];
  /** Shows what is held back; if it becomes an object later, the message is still parsed. */
  flush(): Part[];
  /** Bytes held back and not shown yet: while there are any, the caller flushes after a delay. */
  heldBytes(): number;
  /** What is held back contains the key, so it is a message of scap and not a prompt: the caller waits for the rest. */
  holdsMessage(): boolean;
};

const NEWLINE = 0x0a;
const BRACE = 0x7b;
const QUOTE = 0x22;

/** @param key undefined or empty: scap has no protocol, and everything passes. */
export function createProtocolParser(key: string | undefined): ProtocolParser {
  if (key !== undefined && key !== "") return createKeyedParser(key);
  return {
    push: (bytes) => passed([Buffer.from(bytes)]),
    flush: () => [],
    heldBytes: () => 0,
    holdsMessage: () => false,
  };
}

function createKeyedParser(key: string): ProtocolParser {
  const keyBytes = Buffer.from(key);
  const mask = createKeyMask(keyBytes);
  const held = createHeldLine(keyBytes);

  function takeChunk(chunk: Buffer): Part[] {
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    return [...finishedLines(chunk.subarray(0, end)), ...unfinished(chunk.subarray(end))];
  }

  function finishedLines(bytes: Buffer): Part[] {
    const parts: Part[] = [];
    let passedTo = 0;
    for (let found = bytes.indexOf(keyBytes); found !== -1;) {
      const start = bytes.lastIndexOf(NEWLINE, found) + 1;
      const end = bytes.indexOf(NEWLINE, found) + 1;
      parts.push(...passed(mask.push(bytes.subarray(passedTo, start))));
      parts.push(...finishedLine(bytes.subarray(start, end), 0));
      passedTo = end;
      found = bytes.indexOf(keyBytes, end);
    }
    parts.push(...passed(mask.push(bytes.subarray(passedTo))));
    return parts;
  }

  /** @param shown bytes of the line that a flush has shown. */
  function finishedLine(line: Buffer, shown: number): Part[] {
    const found = findMessage(line, keyBytes, key);
    if (found === undefined) return passed(mask.push(line.subarray(shown)));
    const before = line.subarray(shown, Math.max(shown, found.start));
    const parts = passed([...mask.push(before), ...mask.flush()]);
    return [...parts, { kind: "message", message: found.message }];
  }

  function unfinished(bytes: Buffer): Part[] {
    const start = possibleObject(bytes);
    const parts = passed(mask.push(bytes.subarray(0, start)));
    if (start < bytes.length) held.add(bytes.subarray(start));
    return [...parts, ...releaseLongLine()];
  }

  function releaseLongLine(): Part[] {
    if (held.length <= MESSAGE_BYTES_MAX) return [];
    const { line, shown } = held.take();
    return passed(mask.push(line.subarray(shown)));
  }

  return {
    push(bytes) {
      // The caller may reuse its buffer; what is held back must not change.
      const chunk = Buffer.from(bytes);
      if (held.length === 0) return takeChunk(chunk);
      const end = chunk.indexOf(NEWLINE) + 1;
      held.add(end === 0 ? chunk : chunk.subarray(0, end));
      if (end === 0) return releaseLongLine();
      const { line, shown } = held.take();
      return [...finishedLine(line, shown), ...takeChunk(chunk.subarray(end))];
    },
    flush: () => passed([...mask.push(held.show()), ...mask.flush()]),
    heldBytes: () => held.unshown + mask.held(),
    holdsMessage: () => held.hasKey && held.unshown > 0,
  };
}

function passed(buffers: readonly Buffer[]): Part[] {
  const filled = buffers.filter((bytes) => bytes.length > 0);
  const [only] = filled;
  if (only === undefined) return [];
  return [{ kind: "bytes", bytes: filled.length === 1 ? only : Buffer.concat(filled) }];
}

/** Offset of the first `{` that a `"` follows, or may still follow; the end if there is none. */
function possibleObject(bytes: Buffer): number {
  for (let at = bytes.indexOf(BRACE); at !== -1; at = bytes.indexOf(BRACE, at + 1)) {
    let next = at + 1;
    while (bytes[next] === 0x20) next += 1;
    if (next >= bytes.length || bytes[next] === QUOTE) return at;
  }
  return bytes.length;
}

// Parses scap's protocol in the byte stream of the terminal: one JSON object per line, with a key that only scap was given.
//
// An object may start anywhere in its line, because other output (the end of a colour, a bell, the dots of a wait) precedes it
// without a newline; it ends with the newline, which belongs to it. All other bytes pass unchanged, and immediately unless they
// may still become an object. Text that contains the key never passes in clear.
//
// Time is linear in the bytes and memory is bounded, whatever the bytes are: only lines that contain the key are parsed, each
// from a bounded number of positions.
import { createKeyMask } from "./key-mask.ts";
import { messageSchema } from "./protocol-messages.ts";
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

/** A longer line is not a message. */
export const MESSAGE_BYTES_MAX = 1024 * 1024;
/** Positions in a line that are tried: messages nest two deep, the others allow for braces in texts. */
const STARTS_MAX = 64;
/** Bytes that are parsed for one line: fewer positions are tried in a long one. */
const PARSED_BYTES_MAX = 4 * MESSAGE_BYTES_MAX;

const NEWLINE = 0x0a;
const BRACE = 0x7b;
const QUOTE = 0x22;

export function createProtocolParser(key: string | undefined): ProtocolParser {
  if (key === undefined || key === "") {
    return {
      push: (bytes) => passed([Buffer.from(bytes)]),
      flush: () => [],
      heldBytes: () => 0,
      holdsMessage: () => false,
    };
  }
  const keyBytes = Buffer.from(key);
  const mask = createKeyMask(keyBytes);
  /** The unfinished line, from its first possible object. */
  let line = Buffer.alloc(0);
  let lineBytes = 0;
  /** How much of it a flush has shown. */
  let shownBytes = 0;
  /** Where the key may start in the unfinished line: within its last bytes. */
  let lineTail = Buffer.alloc(0);
  let lineHasKey = false;

  return {
    push,
    flush,
    heldBytes: () => lineBytes - shownBytes + mask.held(),
    holdsMessage: () => lineHasKey && lineBytes > shownBytes,
  };

  function push(bytes: Uint8Array): Part[] {
    // The caller may reuse its buffer; what is held back must not change.
    const chunk = Buffer.from(bytes);
    const parts: Part[] = [];
    let rest = chunk;
    if (lineBytes > 0) {
      const newline = chunk.indexOf(NEWLINE);
      hold(newline === -1 ? chunk : chunk.subarray(0, newline + 1));
      if (newline === -1) return lineBytes > MESSAGE_BYTES_MAX ? releaseLine() : [];
      const whole = line.subarray(0, lineBytes);
      const shown = shownBytes;
      forgetLine();
      parts.push(...finishedLine(whole, shown));
      rest = chunk.subarray(newline + 1);
    }
    const end = rest.lastIndexOf(NEWLINE) + 1;
    parts.push(...finishedLines(rest.subarray(0, end)), ...unfinished(rest.subarray(end)));
    return parts;
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
  function finishedLine(bytes: Buffer, shown: number): Part[] {
    const found = bytes.length > MESSAGE_BYTES_MAX ? undefined : objectIn(bytes, keyBytes, key ?? "");
    if (found === undefined) return passed(mask.push(bytes.subarray(shown)));
    const before = passed([
      ...mask.push(bytes.subarray(shown, Math.max(shown, found.start))),
      ...mask.flush(),
    ]);
    return [...before, { kind: "message", message: found.message }];
  }

  function unfinished(bytes: Buffer): Part[] {
    const start = possibleObject(bytes);
    const parts = passed(mask.push(bytes.subarray(0, start)));
    if (start < bytes.length) hold(bytes.subarray(start));
    return lineBytes > MESSAGE_BYTES_MAX ? [...parts, ...releaseLine()] : parts;
  }

  function hold(bytes: Buffer): void {
    if (lineBytes + bytes.length > line.length) {
      const larger = Buffer.allocUnsafe(2 * (lineBytes + bytes.length));
      line.copy(larger, 0, 0, lineBytes);
      line = larger;
    }
    bytes.copy(line, lineBytes);
    lineBytes += bytes.length;
    const searched = Buffer.concat([lineTail, bytes]);
    lineHasKey ||= searched.includes(keyBytes);
    lineTail = searched.subarray(Math.max(0, searched.length - keyBytes.length + 1));
  }

  function releaseLine(): Part[] {
    const bytes = line.subarray(shownBytes, lineBytes);
    forgetLine();
    return passed(mask.push(bytes));
  }

  function forgetLine(): void {
    line = Buffer.alloc(0);
    lineBytes = 0;
    shownBytes = 0;
    lineTail = Buffer.alloc(0);
    lineHasKey = false;
  }

  function flush(): Part[] {
    // A copy: the next bytes are written after it.
    const bytes = Buffer.from(line.subarray(shownBytes, lineBytes));
    shownBytes = lineBytes;
    return passed([...mask.push(bytes), ...mask.flush()]);
  }
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

/** The message that ends this line, with the offset at which it begins. */
function objectIn(
  line: Buffer,
  keyBytes: Buffer,
  key: string,
): { start: number; message: ProtocolMessage } | undefined {
  const keyAt = line.indexOf(keyBytes);
  if (keyAt === -1) return undefined;
  let start = keyAt;
  // Backwards from the key: the object surrounds it, and the text before the object may contain braces too.
  let parsed = 0;
  for (let attempt = 0; attempt < STARTS_MAX && start > 0; attempt += 1) {
    start = line.lastIndexOf(BRACE, start - 1);
    parsed += line.length - start;
    if (start === -1 || parsed > PARSED_BYTES_MAX) return undefined;
    const message = parse(line.subarray(start), key);
    if (message !== undefined) return { start, message };
  }
  return undefined;
}

function parse(bytes: Buffer, key: string): ProtocolMessage | undefined {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString("utf8"));
  } catch {
    // Not an object from this position: expected, not an error.
    return undefined;
  }
  if (typeof value !== "object" || value === null || !("iokey" in value) || value.iokey !== key) {
    return undefined;
  }
  return messageSchema.safeParse(withoutKey({ ...value, iokey: undefined }, key)).data;
}

/** A text or label of the message, which are shown, may contain the key too. */
function withoutKey(value: object, key: string): unknown {
  const text = JSON.stringify(value);
  return text.includes(key) ? JSON.parse(text.replaceAll(key, "••••")) : value;
}

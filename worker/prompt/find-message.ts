// Finds the message of scap's protocol at the end of a line that contains its key. Time is linear in the line: only a bounded number
// of positions are tried.
import { entriesInOrder } from "./json-order.ts";
import { messageSchema, type ProtocolMessage } from "./protocol-messages.ts";

/** A longer line is not a message. */
export const MESSAGE_BYTES_MAX = 1024 * 1024;
/** Positions in a line that are tried: messages nest two deep, the others allow for braces in texts. */
const STARTS_MAX = 64;
/** Bytes that are parsed for one line: fewer positions are tried in a long one. */
const PARSED_BYTES_MAX = 4 * MESSAGE_BYTES_MAX;
const BRACE = 0x7b;

/** @param keyBytes the key, for the search. @returns the message with the offset at which it begins. */
export function findMessage(
  line: Buffer,
  keyBytes: Buffer,
  key: string,
): { start: number; message: ProtocolMessage } | undefined {
  if (line.length > MESSAGE_BYTES_MAX) return undefined;
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
  const text = bytes.toString("utf8");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Not an object from this position: expected, not an error.
    return undefined;
  }
  if (typeof value !== "object" || value === null || !("iokey" in value) || value.iokey !== key) {
    return undefined;
  }
  const choices = "choices" in value ? entriesInOrder(text, "choices") : undefined;
  return messageSchema.safeParse(withoutKey({ ...value, iokey: undefined, choices }, key)).data;
}

/** A text or label of the message, which are shown, may contain the key too. */
function withoutKey(value: object, key: string): unknown {
  const text = JSON.stringify(value);
  return text.includes(key) ? JSON.parse(text.replaceAll(key, "••••")) : value;
}

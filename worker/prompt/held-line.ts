// The unfinished line of a program's output, from the first position at which a message of scap's protocol may begin. It is held back
// until it is complete, or until nothing arrived for a while and it is shown as it is.

export type HeldLine = {
  /** Bytes of the line. */
  readonly length: number;
  /** Bytes that were not shown yet. */
  readonly unshown: number;
  readonly hasKey: boolean;
  add(bytes: Buffer): void;
  /** What was not shown yet. The line is still held: a message that it becomes is parsed. */
  show(): Buffer;
  /** The whole line, and how many of its bytes were shown. Nothing is held after this. */
  take(): { line: Buffer; shown: number };
};

export function createHeldLine(key: Buffer): HeldLine {
  let buffer = Buffer.alloc(0);
  let length = 0;
  let shown = 0;
  /** Where the key may start: within the last bytes. */
  let tail = Buffer.alloc(0);
  let hasKey = false;

  return {
    get length() {
      return length;
    },
    get unshown() {
      return length - shown;
    },
    get hasKey() {
      return hasKey;
    },
    add(bytes) {
      if (length + bytes.length > buffer.length) {
        const larger = Buffer.allocUnsafe(2 * (length + bytes.length));
        buffer.copy(larger, 0, 0, length);
        buffer = larger;
      }
      bytes.copy(buffer, length);
      length += bytes.length;
      const searched = Buffer.concat([tail, bytes]);
      hasKey ||= searched.includes(key);
      tail = searched.subarray(Math.max(0, searched.length - key.length + 1));
    },
    show() {
      // A copy: the next bytes are written after it.
      const bytes = Buffer.from(buffer.subarray(shown, length));
      shown = length;
      return bytes;
    },
    take() {
      const taken = { line: buffer.subarray(0, length), shown };
      buffer = Buffer.alloc(0);
      length = 0;
      shown = 0;
      tail = Buffer.alloc(0);
      hasKey = false;
      return taken;
    },
  };
}

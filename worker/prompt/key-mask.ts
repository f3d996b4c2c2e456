// Keeps the protocol's key out of everything that is shown or stored, also when it arrives in pieces.

const MASK = Buffer.from("••••");
/** A piece of the key this long is no accident any more. */
const PIECE_BYTES_MIN = 8;

export type KeyMask = {
  /** Returns what may be shown; keeps back a tail that may be the beginning of the key. */
  push(bytes: Buffer): Buffer[];
  /** Releases the tail: in clear when it is too short to be the key, masked otherwise. */
  flush(): Buffer[];
  /** Bytes kept back. */
  held(): number;
};

export function createKeyMask(key: Buffer): KeyMask {
  const fallback = fallbackTable(key);
  /** How much of the key the stream's end matches, and how much of that has been shown already. */
  let matched = 0;
  let released = 0;

  return { push, flush, held: () => matched - released };

  function push(bytes: Buffer): Buffer[] {
    const shown: Buffer[] = [];
    let from = 0;
    let index = 0;
    while (index < bytes.length) {
      if (matched === 0) {
        // Not in the key: jump to the next byte that could begin it.
        const next = bytes.indexOf(key.subarray(0, 1), index);
        if (next === -1) break;
        index = next;
      }
      const byte = bytes[index];
      while (matched > 0 && byte !== key[matched]) retreat(shown);
      if (byte === key[matched]) {
        if (matched === 0) shown.push(bytes.subarray(from, index));
        matched += 1;
        from = index + 1;
        if (matched === key.length) {
          shown.push(MASK);
          matched = 0;
          released = 0;
        }
      }
      index += 1;
    }
    if (from < bytes.length) shown.push(bytes.subarray(from));
    return shown.filter((part) => part.length > 0);
  }

  /** The match does not go on: what was kept back for it is ordinary text, as far as a shorter match allows. */
  function retreat(shown: Buffer[]): void {
    const shorter = fallback[matched - 1] ?? 0;
    const free = matched - shorter;
    if (free > released) shown.push(key.subarray(released, free));
    released = Math.max(0, released - free);
    matched = shorter;
  }

  function flush(): Buffer[] {
    const piece = key.subarray(released, matched);
    const isKey = matched >= PIECE_BYTES_MIN;
    released = matched;
    if (piece.length === 0) return [];
    return [isKey ? MASK : piece];
  }
}

/** For each length of match, the longest shorter match that its end also is (Knuth, Morris, Pratt). */
function fallbackTable(key: Buffer): number[] {
  const table = [0];
  let length = 0;
  for (let index = 1; index < key.length; index += 1) {
    while (length > 0 && key[index] !== key[length]) length = table[length - 1] ?? 0;
    if (key[index] === key[length]) length += 1;
    table.push(length);
  }
  return table;
}

// Masks the key of the protocol in everything that is shown or stored, also when it arrives in pieces.

const MASK = Buffer.from("••••");
/** A match of this length is not accidental. */
const PIECE_BYTES_MIN = 8;

export type KeyMask = {
  /** @returns what may be shown; holds back an end that may be the start of the key. */
  push(bytes: Buffer): Buffer[];
  /** Releases what is held back: in clear if it is too short to be the key, masked otherwise. */
  flush(): Buffer[];
  /** Bytes held back. */
  held(): number;
};

export function createKeyMask(key: Buffer): KeyMask {
  const fallback = fallbackTable(key);
  /** How much of the key the end of the stream matches, and how much of that was shown already. */
  let matched = 0;
  let released = 0;

  return { push, flush, held: () => matched - released };

  function push(bytes: Buffer): Buffer[] {
    const shown: Buffer[] = [];
    let from = 0;
    // Byte by byte only where the key may be: nearly all output is searched as a whole.
    while (matched > 0 && from < bytes.length) from = take(bytes, from, shown);
    for (let found = bytes.indexOf(key, from); found !== -1; found = bytes.indexOf(key, from)) {
      shown.push(bytes.subarray(from, found), MASK);
      from = found + key.length;
    }
    // The key may start at any occurrence of its first byte near the end.
    let index = Math.max(from, bytes.length - key.length + 1);
    while (index < bytes.length) {
      if (matched === 0 && bytes[index] !== key[0]) {
        index += 1;
      } else {
        shown.push(bytes.subarray(from, index));
        index = take(bytes, index, shown);
        from = index;
      }
    }
    shown.push(bytes.subarray(from));
    return shown.filter((part) => part.length > 0);
  }

  /** Adds one byte to the match, or shows it. @returns the index of the next. */
  function take(bytes: Buffer, index: number, shown: Buffer[]): number {
    const byte = bytes[index];
    while (matched > 0 && byte !== key[matched]) retreat(shown);
    if (byte !== key[matched]) {
      shown.push(bytes.subarray(index, index + 1));
      return index + 1;
    }
    matched += 1;
    if (matched === key.length) {
      shown.push(MASK);
      matched = 0;
      released = 0;
    }
    return index + 1;
  }

  /** The match ends: what was held back for it is ordinary text, except for a shorter match. */
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

/** For each match length, the longest shorter match that is also its end (Knuth–Morris–Pratt). */
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

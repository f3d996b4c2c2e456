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
    // Byte by byte only where a part of the key may be: nearly all output is searched as a whole.
    while (matched > 0 && from < bytes.length) from = take(bytes, from, shown);
    for (let found = bytes.indexOf(key, from); found !== -1; found = bytes.indexOf(key, from)) {
      shown.push(bytes.subarray(from, found), MASK);
      from = found + key.length;
    }
    // At the end the key may begin, wherever its first byte stands.
    let index = Math.max(from, bytes.length - key.length + 1);
    while (index < bytes.length) {
      if (matched === 0 && bytes[index] !== key[0]) index += 1;
      else {
        shown.push(bytes.subarray(from, index));
        index = take(bytes, index, shown);
        from = index;
      }
    }
    shown.push(bytes.subarray(from));
    return shown.filter((part) => part.length > 0);
  }

  /** Takes one byte into the match, or shows it. @returns the index of the next. */
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

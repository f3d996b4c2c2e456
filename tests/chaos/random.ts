// A seeded random number generator, so that a plan of faults can be reproduced.

export type Random = {
  /** In [0, 1). */
  next(): number;
  /** An integer, both ends included. */
  between(low: number, high: number): number;
  chance(probability: number): boolean;
  pick<const T>(items: readonly [T, ...T[]]): T;
  /** An independent generator. */
  fork(): Random;
};

/** @param seed an integer, of which the low 32 bits are used. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    // mulberry32
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  return {
    next,
    between,
    chance: (probability) => next() < probability,
    pick: ([first, ...rest]) => {
      const index = between(0, rest.length);
      return index === 0 ? first : (rest[index - 1] ?? first);
    },
    fork: () => randomFrom(Math.floor(next() * 2 ** 32)),
  };
}

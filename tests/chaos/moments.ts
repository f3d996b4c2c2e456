// What happens in a round, told to those who wait for its nth time.

export type Happening = "started" | "asked" | "answered";

export type Moments = {
  note(what: Happening): void;
  /** Resolves when it has happened so often. */
  nth(what: Happening, count: number): Promise<void>;
};

export function createMoments(): Moments {
  const counts: Record<Happening, number> = { started: 0, asked: 0, answered: 0 };
  const waiting: { what: Happening; count: number; resolve: () => void }[] = [];
  return {
    note(what) {
      counts[what] += 1;
      for (const one of waiting) if (one.what === what && one.count === counts[what]) one.resolve();
    },
    nth(what, count) {
      const { promise, resolve } = Promise.withResolvers<void>();
      if (counts[what] >= count) resolve();
      else waiting.push({ what, count, resolve });
      return promise;
    },
  };
}

// Counts the events of a round and resolves promises at the nth one. Faults are triggered by them.

export type RoundEvent = "started" | "asked" | "answered";

export type RoundEvents = {
  note(what: RoundEvent): void;
  /** Resolves when the event has occurred `count` times. */
  nth(what: RoundEvent, count: number): Promise<void>;
};

export function createRoundEvents(): RoundEvents {
  const counts: Record<RoundEvent, number> = { started: 0, asked: 0, answered: 0 };
  const waiting: { what: RoundEvent; count: number; resolve: () => void }[] = [];
  return {
    note(what) {
      counts[what] += 1;
      for (const waiter of waiting) {
        if (waiter.what === what && waiter.count === counts[what]) waiter.resolve();
      }
    },
    nth(what, count) {
      const { promise, resolve } = Promise.withResolvers<void>();
      if (counts[what] >= count) resolve();
      else waiting.push({ what, count, resolve });
      return promise;
    },
  };
}

// Orders that wait for the answer of the holder. Each order has an answer of its own: several with the same key are answered in
// the order in which they were sent.

type Waiter = {
  resolve: (payload: Buffer) => void;
  reject: (error: Error) => void;
};

export type PendingAnswers = {
  wait(key: string): Promise<Buffer>;
  resolve(key: string, payload: Buffer): void;
  /** @param exceptKey an order that may still be answered */
  rejectAll(error: Error, exceptKey?: string): void;
};

export function createPendingAnswers(): PendingAnswers {
  const waiting = new Map<string, Waiter[]>();

  return {
    wait: (key) =>
      new Promise((resolve, reject) => {
        waiting.set(key, [...(waiting.get(key) ?? []), { resolve, reject }]);
      }),
    resolve(key, payload) {
      const [first, ...others] = waiting.get(key) ?? [];
      if (others.length > 0) waiting.set(key, others);
      else waiting.delete(key);
      first?.resolve(payload);
    },
    rejectAll(error, exceptKey) {
      for (const [key, waiters] of waiting) {
        if (key === exceptKey) continue;
        waiting.delete(key);
        waiters.forEach(({ reject }) => reject(error));
      }
    },
  };
}

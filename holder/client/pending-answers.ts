// Orders that wait for the answer of the holder. Each order has an answer of its own: several with the same key are answered in
// the order in which they were sent.

type Waiter = {
  resolve: (payload: Buffer) => void;
  reject: (error: Error) => void;
};

export class PendingAnswers {
  readonly #waiters = new Map<string, Waiter[]>();

  wait(key: string): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      this.#waiters.set(key, [...(this.#waiters.get(key) ?? []), { resolve, reject }]);
    });
  }

  resolve(key: string, payload: Buffer): void {
    const [first, ...others] = this.#waiters.get(key) ?? [];
    if (others.length > 0) this.#waiters.set(key, others);
    else this.#waiters.delete(key);
    first?.resolve(payload);
  }

  /** @param exceptKey an order that may still be answered */
  rejectAll(error: Error, exceptKey?: string): void {
    for (const [key, waiters] of this.#waiters) {
      if (key !== exceptKey) {
        this.#waiters.delete(key);
        waiters.forEach(({ reject }) => reject(error));
      }
    }
  }
}

/** Does pieces of work, so many at once and the others in their order. */
export class Pool {
  #free: number;
  readonly #ahead: (() => void)[] = [];
  readonly #waiting: (() => void)[] = [];
  #isClosed = false;

  constructor(atOnce: number) {
    this.#free = atOnce;
  }

  /** @param isLong goes before all that is not: what takes long and is begun last leaves the other places empty. */
  async run<T>(work: () => Promise<T>, { isLong = false } = {}): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => (isLong ? this.#ahead : this.#waiting).push(resolve));
    try {
      return await work();
    } finally {
      this.#passOn();
    }
  }

  /** Begins nothing any more. What waits for its turn does so for ever. */
  close(): void {
    this.#isClosed = true;
  }

  #passOn(): void {
    if (this.#isClosed) return;
    const next = this.#ahead.shift() ?? this.#waiting.shift();
    if (next === undefined) this.#free += 1;
    else next();
  }
}

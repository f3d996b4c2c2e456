/**
 * Owns the life of the parts: starts them in order, starts again the one that dies, stops them in reverse order.
 *
 * It knows nothing of what the parts are; they are data (see parts.ts), so that tests run it on parts of their own.
 *
 *   starting   parts and tasks one after the other. A part that dies before it is ready is tried again, five times
 *              in all; then start() rejects and everything that runs is stopped
 *   running    a part that ends is started again after a pause that doubles with each early end, for ever: what
 *              other parts need may be away for a night
 *   stopping   begun by stop(), from either state; nothing is started any more
 */
import { setTimeout as sleep } from "node:timers/promises";

export type RunningPart = {
  pid: number | undefined;
  /** Resolves when it is gone, with how: "exit 1", "SIGKILL". Never rejects. */
  gone: Promise<string>;
  /** Lets it end by itself and ends it when a bound is over. Resolves when it is gone. */
  stop(): Promise<void>;
  /** Ends it at once. */
  kill(): void;
};

/** It ended before it was ready, which may be chance. Whatever else start() rejects with is not tried again. */
export class EndedEarly extends Error {
  override name = "EndedEarly";
}

/** Stays up. `start` resolves when others can use it. */
export type Part = { kind: "part"; name: string; start(signal: AbortSignal): Promise<RunningPart> };
/** Is done once, between parts. Resolves with what was done, in words. */
export type Task = { kind: "task"; name: string; detail: string; run(signal: AbortSignal): Promise<string> };

export type Observer = {
  begin(name: string, detail: string): { done(detail: string): void; failed(): void };
  /** A part ended and will be started again, or is up again. */
  tell(line: string): void;
  /** Other processes run than before. */
  changed(pids: readonly number[]): void;
};

const START_TRIES = 5;
/** Before a part is started again; doubles from the one to the other. */
const PAUSES = { minMs: 500, maxMs: 10_000 };
/** A part that ran for so long did not die of what it died of before. */
const SETTLED_MS = 30_000;

export class Supervisor {
  readonly #plan: readonly (Part | Task)[];
  readonly #observer: Observer;
  readonly #stopping = new AbortController();
  /** In the order they were started. */
  readonly #running = new Map<string, RunningPart>();
  /** Resolve when nothing is started any more. */
  readonly #watches: Promise<void>[] = [];
  #starting: Promise<void> | undefined;

  readonly #pauses: { minMs: number; maxMs: number };

  constructor(plan: readonly (Part | Task)[], observer: Observer, pauses = PAUSES) {
    this.#plan = plan;
    this.#observer = observer;
    this.#pauses = pauses;
  }

  /** Rejects when something cannot be started, after everything was stopped. Resolves early when stop() is called. */
  async start(): Promise<void> {
    this.#starting = this.#startAll();
    try {
      await this.#starting;
    } catch (cause) {
      if (this.#stopping.signal.aborted) return;
      await this.stop();
      throw cause;
    }
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#starting?.catch(() => undefined);
    await Promise.all(this.#watches);
    for (const [name, part] of [...this.#running].toReversed()) {
      await part.stop();
      this.#running.delete(name);
      this.#changed();
    }
  }

  /** For a person who does not want to wait for stop(). */
  kill(): void {
    this.#stopping.abort();
    for (const part of this.#running.values()) part.kill();
  }

  #changed(): void {
    this.#observer.changed(
      [...this.#running.values()].flatMap(({ pid }) => (pid === undefined ? [] : [pid])),
    );
  }

  async #startAll(): Promise<void> {
    for (const item of this.#plan) {
      this.#stopping.signal.throwIfAborted();
      const shown = this.#observer.begin(item.name, item.kind === "task" ? item.detail : "starting");
      try {
        shown.done(await this.#startItem(item));
      } catch (cause) {
        if (this.#stopping.signal.aborted) shown.done("not needed any more");
        else shown.failed();
        throw cause;
      }
    }
  }

  async #startItem(item: Part | Task): Promise<string> {
    if (item.kind === "task") return item.run(this.#stopping.signal);
    const part = await this.#startPatiently(item);
    this.#watches.push(this.#watch(item, part));
    return "up";
  }

  async #startPatiently(item: Part): Promise<RunningPart> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.#startOnce(item);
      } catch (cause) {
        const isHopeless = !(cause instanceof EndedEarly) || tries === START_TRIES;
        if (isHopeless || this.#stopping.signal.aborted) throw cause;
        await this.#pause(tries);
      }
    }
  }

  async #startOnce(item: Part): Promise<RunningPart> {
    this.#stopping.signal.throwIfAborted();
    const part = await item.start(this.#stopping.signal);
    this.#running.set(item.name, part);
    this.#changed();
    return part;
  }

  /** Keeps a part up until the supervisor stops. */
  async #watch(item: Part, first: RunningPart): Promise<void> {
    let part = first;
    let earlyEnds = 0;
    for (;;) {
      const begunAt = performance.now();
      const how = await goneUnlessStopped(part, this.#stopping.signal);
      if (how === undefined || this.#stopping.signal.aborted) return;
      this.#running.delete(item.name);
      earlyEnds = performance.now() - begunAt < SETTLED_MS ? earlyEnds + 1 : 1;
      this.#observer.tell(`${item.name} ended (${how}) and is started again`);
      const again = await this.#startAgain(item, earlyEnds);
      if (again === undefined) return;
      part = again;
      this.#observer.tell(`${item.name} is up again`);
    }
  }

  /** Undefined when the supervisor stops meanwhile. */
  async #startAgain(item: Part, earlyEnds: number): Promise<RunningPart | undefined> {
    for (let tries = earlyEnds; ; tries += 1) {
      try {
        await this.#pause(tries);
        return await this.#startOnce(item);
      } catch (cause) {
        if (this.#stopping.signal.aborted) return undefined;
        this.#observer.tell(`${item.name} does not start: ${firstLine(cause)}`);
      }
    }
  }

  /** Rejects when the supervisor stops meanwhile. */
  async #pause(tries: number): Promise<void> {
    const ms = Math.min(this.#pauses.minMs * 2 ** (tries - 1), this.#pauses.maxMs);
    await sleep(ms, undefined, { signal: this.#stopping.signal });
  }
}

/** How the part ended; undefined when the supervisor stops first. Leaves nothing behind on the signal. */
async function goneUnlessStopped(part: RunningPart, stopping: AbortSignal): Promise<string | undefined> {
  if (stopping.aborted) return undefined;
  const { promise: stopped, resolve } = Promise.withResolvers<undefined>();
  const stop = (): void => resolve(undefined);
  stopping.addEventListener("abort", stop);
  try {
    return await Promise.race([part.gone, stopped]);
  } finally {
    stopping.removeEventListener("abort", stop);
  }
}

function firstLine(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).split("\n")[0] ?? "";
}

/**
 * Manages the lifecycle of the parts: starts them in order, restarts one that exits, stops them in reverse order.
 *
 * It is independent of the parts (see parts.ts), so that tests run it with parts of their own.
 *
 *   starting   parts and tasks one after the other. The first failure stops everything and rejects start()
 *   running    a part that exits is restarted with exponential backoff, without limit: what it needs may be down for hours
 *   stopping   begun by stop() from either state; nothing is started any more
 */
import { setTimeout as sleep } from "node:timers/promises";

export type RunningPart = {
  pid: number | undefined;
  /** Resolves when it has exited, with how: "exit 1", "SIGKILL". Never rejects. */
  gone: Promise<string>;
  /** Resolves when it has exited, or was killed after a timeout. */
  stop(): Promise<void>;
  kill(): void;
};
/** Keeps running. `start` resolves when others can use it. */
export type Part = { kind: "part"; name: string; start(signal: AbortSignal): Promise<RunningPart> };
/** Runs once, between parts. Resolves with what was done. */
export type Task = { kind: "task"; name: string; detail: string; run(signal: AbortSignal): Promise<string> };

export type Observer = {
  begin(name: string, detail: string): { done(detail: string): void; failed(): void };
  /** A part has exited, or is up again. */
  notify(line: string): void;
};

const BACKOFF = { minMs: 500, maxMs: 10_000 };
/** A part that ran for this long is considered stable: the backoff is reset. */
const STABLE_MS = 30_000;

/** One Ctrl-C arrives twice: from the terminal and from npm. */
const SAME_CTRL_C_MS = 700;

export class Supervisor {
  readonly #plan: readonly (Part | Task)[];
  readonly #observer: Observer;
  readonly #backoff: typeof BACKOFF;
  readonly #stopping = new AbortController();
  readonly #running = new Map<string, RunningPart>();
  /** Resolve when nothing is restarted any more. */
  readonly #watches: Promise<void>[] = [];
  #starting: Promise<void> = Promise.resolve();

  constructor(plan: readonly (Part | Task)[], observer: Observer, backoff = BACKOFF) {
    this.#plan = plan;
    this.#observer = observer;
    this.#backoff = backoff;
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
    await this.#starting.catch(() => undefined);
    for (const { name } of this.#plan.toReversed()) await this.#running.get(name)?.stop();
    await Promise.all(this.#watches);
  }

  /** For a person who does not wait for stop(). */
  kill(): void {
    this.#stopping.abort();
    for (const part of this.#running.values()) part.kill();
  }

  async #startAll(): Promise<void> {
    for (const item of this.#plan) {
      this.#stopping.signal.throwIfAborted();
      const shown = this.#observer.begin(item.name, item.kind === "task" ? item.detail : "starting");
      try {
        if (item.kind === "task") {
          shown.done(await item.run(this.#stopping.signal));
        } else {
          this.#watches.push(this.#keepRunning(item, await this.#startPart(item)));
          shown.done("up");
        }
      } catch (cause) {
        if (this.#stopping.signal.aborted) shown.done("canceled");
        else shown.failed();
        throw cause;
      }
    }
  }

  async #startPart(item: Part): Promise<RunningPart> {
    const part = await item.start(this.#stopping.signal);
    if (this.#stopping.signal.aborted) await part.stop();
    this.#stopping.signal.throwIfAborted();
    this.#running.set(item.name, part);
    return part;
  }

  async #keepRunning(item: Part, first: RunningPart): Promise<void> {
    let part: RunningPart | undefined = first;
    let failures = 0;
    while (part !== undefined) {
      const startedAt = performance.now();
      const how = await part.gone;
      this.#running.delete(item.name);
      if (this.#stopping.signal.aborted) return;
      if (performance.now() - startedAt > STABLE_MS) failures = 0;
      this.#observer.notify(`${item.name} exited (${how}), restarting it`);
      part = undefined;
      while (part === undefined && !this.#stopping.signal.aborted) {
        failures += 1;
        part = await this.#restart(item, failures);
      }
    }
  }

  async #restart(item: Part, failures: number): Promise<RunningPart | undefined> {
    const { minMs, maxMs } = this.#backoff;
    const { signal } = this.#stopping;
    try {
      await sleep(Math.min(minMs * 2 ** (failures - 1), maxMs), undefined, { signal });
      const part = await this.#startPart(item);
      this.#observer.notify(`${item.name} is up again`);
      return part;
    } catch (cause) {
      const [reason] = (cause instanceof Error ? cause.message : String(cause)).split("\n");
      if (!signal.aborted) this.#observer.notify(`${item.name} does not start: ${reason}`);
      return undefined;
    }
  }
}

type Stopping = { done: Promise<void>; hasBegun(): boolean };

/** The first signal stops in order, a second one at once. @param announce called once, when stopping begins. */
export function stopOnSignals(supervisor: Supervisor, announce: () => void): Stopping {
  const { promise: done, resolve } = Promise.withResolvers<void>();
  let begunAt: number | undefined;
  const onSignal = (): void => {
    const now = performance.now();
    if (begunAt === undefined) {
      begunAt = now;
      announce();
      void supervisor.stop().then(resolve);
    } else if (now - begunAt > SAME_CTRL_C_MS) {
      supervisor.kill();
    }
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, onSignal);
  return { done, hasBegun: () => begunAt !== undefined };
}

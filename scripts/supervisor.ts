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

export type Supervisor = {
  /** Rejects when something cannot be started, after everything was stopped. Resolves early when stop() is called. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** For a person who does not wait for stop(). */
  kill(): void;
};

export function createSupervisor(
  plan: readonly (Part | Task)[],
  observer: Observer,
  backoff = BACKOFF,
): Supervisor {
  const stopping = new AbortController();
  const { signal } = stopping;
  const parts = createParts(observer, signal, backoff);
  let starting: Promise<void> = Promise.resolve();

  async function stop(): Promise<void> {
    stopping.abort();
    await starting.catch(() => undefined);
    for (const { name } of plan.toReversed()) await parts.running.get(name)?.stop();
    await parts.settled();
  }

  async function startAll(): Promise<void> {
    for (const item of plan) {
      signal.throwIfAborted();
      const shown = observer.begin(item.name, item.kind === "task" ? item.detail : "starting");
      try {
        shown.done(item.kind === "task" ? await item.run(signal) : await parts.start(item));
      } catch (cause) {
        if (signal.aborted) shown.done("canceled");
        else shown.failed();
        throw cause;
      }
    }
  }

  return {
    async start() {
      starting = startAll();
      try {
        await starting;
      } catch (cause) {
        if (signal.aborted) return;
        await stop();
        throw cause;
      }
    },
    stop,
    kill() {
      stopping.abort();
      for (const part of parts.running.values()) part.kill();
    },
  };
}

type Parts = {
  readonly running: ReadonlyMap<string, RunningPart>;
  /** Starts it, and restarts it whenever it exits, until the signal is aborted. */
  start(item: Part): Promise<string>;
  /** Resolves when nothing is restarted any more. */
  settled(): Promise<unknown>;
};

function createParts(observer: Observer, signal: AbortSignal, backoff: typeof BACKOFF): Parts {
  const running = new Map<string, RunningPart>();
  const watches: Promise<void>[] = [];

  async function startOnce(item: Part): Promise<RunningPart> {
    const part = await item.start(signal);
    if (signal.aborted) await part.stop();
    signal.throwIfAborted();
    running.set(item.name, part);
    return part;
  }

  async function keepRunning(item: Part, first: RunningPart): Promise<void> {
    let part: RunningPart | undefined = first;
    let failures = 0;
    while (part !== undefined) {
      const startedAt = performance.now();
      const how = await part.gone;
      running.delete(item.name);
      if (signal.aborted) return;
      if (performance.now() - startedAt > STABLE_MS) failures = 0;
      observer.notify(`${item.name} exited (${how}), restarting it`);
      part = undefined;
      while (part === undefined && !signal.aborted) {
        failures += 1;
        part = await restart(item, failures);
      }
    }
  }

  async function restart(item: Part, failures: number): Promise<RunningPart | undefined> {
    try {
      const delayMs = Math.min(backoff.minMs * 2 ** (failures - 1), backoff.maxMs);
      await sleep(delayMs, undefined, { signal });
      const part = await startOnce(item);
      observer.notify(`${item.name} is up again`);
      return part;
    } catch (cause) {
      const [reason] = (cause instanceof Error ? cause.message : String(cause)).split("\n");
      if (!signal.aborted) observer.notify(`${item.name} does not start: ${reason}`);
      return undefined;
    }
  }

  return {
    running,
    async start(item) {
      watches.push(keepRunning(item, await startOnce(item)));
      return "up";
    },
    settled: () => Promise.all(watches),
  };
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

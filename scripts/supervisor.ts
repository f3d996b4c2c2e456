/**
 * Manages the lifecycle of the parts: starts them in order, restarts one that exits, stops them in reverse order.
 *
 * It is independent of the parts (see parts.ts), so that tests run it with parts of their own.
 *
 *   starting   one part after the other. The first failure stops everything and rejects start()
 *   running    a part that exits is restarted after a second, without limit: what it needs may be down for hours
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
export type Part = {
  name: string;
  /** What its start does, if that takes long. */
  detail?: string;
  /** Resolves when others can use the part; with a text if everything is done, and nothing keeps running. */
  start(signal: AbortSignal): Promise<RunningPart | string>;
};

export type Observer = {
  begin(name: string, detail: string): { done(detail: string): void; failed(): void };
  /** A part has exited, or is up again. */
  notify(line: string): void;
};

const RESTART_MS = 1_000;
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
  plan: readonly Part[],
  observer: Observer,
  restartMs = RESTART_MS,
): Supervisor {
  const stopping = new AbortController();
  const { signal } = stopping;
  const parts = createParts(observer, signal, restartMs);
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
      const shown = observer.begin(item.name, item.detail ?? "starting");
      try {
        shown.done(await parts.start(item));
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
  /** Starts it, and restarts it whenever it exits, until the signal is aborted. Resolves with what was done. */
  start(item: Part): Promise<string>;
  /** Resolves when nothing is restarted any more. */
  settled(): Promise<unknown>;
};

function createParts(observer: Observer, signal: AbortSignal, restartMs: number): Parts {
  const running = new Map<string, RunningPart>();
  const watches: Promise<void>[] = [];

  async function startOnce(item: Part): Promise<RunningPart | string> {
    const started = await item.start(signal);
    if (typeof started === "string") return started;
    if (signal.aborted) await started.stop();
    signal.throwIfAborted();
    running.set(item.name, started);
    return started;
  }

  async function keepRunning(item: Part, first: RunningPart): Promise<void> {
    let how = await first.gone;
    while (!signal.aborted) {
      observer.notify(`${item.name} exited (${how}), restarting it`);
      how = await restart(item);
    }
  }

  /** Tries until it has started. Resolves when it has exited, with how, or when everything is stopped. */
  async function restart(item: Part): Promise<string> {
    running.delete(item.name);
    while (!signal.aborted) {
      try {
        await sleep(restartMs, undefined, { signal });
        const part = await startOnce(item);
        observer.notify(`${item.name} is up again`);
        return typeof part === "string" ? part : await part.gone;
      } catch (cause) {
        const [reason] = (cause instanceof Error ? cause.message : String(cause)).split("\n");
        if (!signal.aborted) observer.notify(`${item.name} does not start: ${reason}`);
      }
    }
    return "stopped";
  }

  return {
    running,
    async start(item) {
      const started = await startOnce(item);
      if (typeof started === "string") return started;
      watches.push(keepRunning(item, started));
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

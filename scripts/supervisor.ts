/**
 * Starts parts in order, restarts one that exits, stops them in reverse order. It is independent of the parts (see parts.ts),
 * so that tests run it with parts of their own.
 *
 *   starting   one part after the other. The first failure stops everything and rejects start()
 *   running    a part that exits is restarted after a second, without limit: what it needs may be down for hours
 *   stopping   begun by stop() from either state; nothing is started any more
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { RunningProgram } from "./program.ts";
import type { Step } from "./steps.ts";

export type Part = {
  name: string;
  /** What its start does, if that takes long. */
  detail?: string;
  /** Resolves when others can use the part; with a text if everything is done, and nothing keeps running. */
  start(signal: AbortSignal): Promise<RunningProgram | string>;
};

export type Observer = {
  begin(name: string, detail: string): Step;
  /** A part has exited, or is up again. */
  notify: (line: string) => void;
};

export type Supervisor = {
  /** Rejects when something cannot be started, after everything was stopped. Resolves early when stop() is called. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** For a person who does not wait for stop(). */
  kill(): void;
};

const RESTART_MS = 1_000;
/** One Ctrl-C arrives twice: from the terminal and from npm. */
const SAME_CTRL_C_MS = 700;

export function createSupervisor(
  plan: readonly Part[],
  observer: Observer,
  restartMs = RESTART_MS,
): Supervisor {
  const stopping = new AbortController();
  const { signal } = stopping;
  const parts = createParts(observer, signal, restartMs);
  let starting: Promise<void> = Promise.resolve();

  async function startAll(): Promise<void> {
    for (const part of plan) {
      signal.throwIfAborted();
      const step = observer.begin(part.name, part.detail ?? "starting");
      try {
        step.done(await parts.start(part));
      } catch (cause) {
        if (signal.aborted) step.done("canceled");
        else step.failed();
        throw cause;
      }
    }
  }

  async function stop(): Promise<void> {
    stopping.abort();
    await starting.catch(() => undefined);
    for (const { name } of plan.toReversed()) await parts.running.get(name)?.stop();
    await Promise.all(parts.restarts);
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

/** Parts that are restarted whenever they exit, until the signal is aborted. */
function createParts({ notify }: Observer, signal: AbortSignal, restartMs: number) {
  const running = new Map<string, RunningProgram>();
  const restarts: Promise<void>[] = [];

  /** Resolves with what was done. */
  async function start(part: Part): Promise<string> {
    const started = await part.start(signal);
    if (typeof started === "string") return started;
    if (signal.aborted) await started.stop();
    signal.throwIfAborted();
    running.set(part.name, started);
    restarts.push(started.gone.then((how) => restart(part, how)));
    return "up";
  }

  async function restart(part: Part, how: string): Promise<void> {
    if (signal.aborted) return;
    running.delete(part.name);
    notify(`${part.name} exited (${how}), restarting it`);
    for (;;) {
      try {
        await sleep(restartMs, undefined, { signal });
        await start(part);
        notify(`${part.name} is up again`);
        return;
      } catch (cause) {
        if (signal.aborted) return;
        const [reason] = (cause instanceof Error ? cause.message : String(cause)).split("\n");
        notify(`${part.name} does not start: ${reason}`);
      }
    }
  }

  return { running, restarts, start };
}

/** The first signal stops in order, a second one at once. @returns when it has stopped, and whether that has begun. */
export function stopOnSignals(
  supervisor: Supervisor,
  announce: () => void,
): { done: Promise<void>; hasBegun(): boolean } {
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

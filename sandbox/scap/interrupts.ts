// Converts SIGINT to an exception where the program waits, as Python does. All waiting goes through `wait` or `during`; work
// that is interrupted there keeps running, and its result is ignored.
//
// The handler stays installed for the life of the process. It does not run during the blocking read of an answer:
// terminal-io.ts makes the kernel interrupt the read.
import { KeyboardInterrupt } from "./errors.ts";

export type Interrupts = {
  /** Rejects with KeyboardInterrupt when SIGINT arrives first. @param ms milliseconds */
  wait(ms: number): Promise<void>;
  /** The result of the promise, or KeyboardInterrupt when SIGINT arrives first. */
  during<T>(promise: Promise<T>): Promise<T>;
  /** Completes the work; then rejects with KeyboardInterrupt if SIGINT arrived meanwhile. */
  untilReturned<T>(work: () => Promise<T>): Promise<T>;
  /** Rejects with KeyboardInterrupt if SIGINT has arrived already. */
  settle(): Promise<void>;
};

export function watchInterrupts(): Interrupts {
  const waiting = new Set<(interrupt: KeyboardInterrupt) => void>();
  let missed = false;
  let isDeferred = false;

  process.on("SIGINT", () => {
    if (isDeferred) {
      missed = true;
      return;
    }
    missed = waiting.size === 0;
    for (const reject of waiting) reject(new KeyboardInterrupt());
    waiting.clear();
  });

  const throwMissed = (): void => {
    if (!missed) return;
    missed = false;
    throw new KeyboardInterrupt();
  };

  const during = async <T>(promise: Promise<T>): Promise<T> => {
    // An interrupted promise may still reject later.
    promise.catch(() => undefined);
    if (isDeferred) return promise;
    throwMissed();
    let rejectWait: (interrupt: KeyboardInterrupt) => void = () => undefined;
    const interrupted = new Promise<never>((_resolve, reject) => {
      rejectWait = reject;
      waiting.add(reject);
    });
    try {
      return await Promise.race([promise, interrupted]);
    } finally {
      waiting.delete(rejectWait);
    }
  };

  const wait = async (ms: number): Promise<void> => {
    let timer: NodeJS.Timeout | undefined;
    try {
      await during(new Promise<void>((resolve) => (timer = setTimeout(resolve, ms))));
    } finally {
      clearTimeout(timer);
    }
  };

  const untilReturned = async <T>(work: () => Promise<T>): Promise<T> => {
    isDeferred = true;
    try {
      return await work();
    } finally {
      isDeferred = false;
      throwMissed();
    }
  };

  // Two turns: the first may start after the phase of the event loop that handles signals.
  const settle = (): Promise<void> => during(nextTurn().then(nextTurn));

  return { wait, during, untilReturned, settle };
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}

// Turns SIGINT into an exception at the place where the program waits, as Python does. Everything that takes
// time goes through `wait` or `during`; whatever is not waited for goes on by itself and is forgotten.
//
// One handler stays installed for the life of the process. Blocking reads of an answer do not reach it while
// they block: terminal-io.ts makes the kernel interrupt them instead.
import { KeyboardInterrupt } from "./errors.ts";

export type Interrupts = {
  /** @param ms milliseconds; rejects with KeyboardInterrupt when SIGINT comes before they are over. */
  wait(ms: number): Promise<void>;
  /** The promise's own outcome, or KeyboardInterrupt if that comes first. */
  during<T>(promise: Promise<T>): Promise<T>;
  /** Work that does not notice a SIGINT before it has returned; then rejects with KeyboardInterrupt. */
  untilReturned<T>(work: () => Promise<T>): Promise<T>;
  /** Notices a SIGINT that has arrived already; rejects with KeyboardInterrupt if there was one. */
  settle(): Promise<void>;
};

export function watchInterrupts(): Interrupts {
  const waiting = new Set<(interrupt: KeyboardInterrupt) => void>();
  let missed = false;
  let isHeldBack = false;

  process.on("SIGINT", () => {
    if (isHeldBack) {
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
    // What is abandoned may still fail later; nobody is there to hear of it.
    promise.catch(() => undefined);
    if (isHeldBack) return promise;
    throwMissed();
    let giveUp: (interrupt: KeyboardInterrupt) => void = () => undefined;
    const interrupted = new Promise<never>((_resolve, reject) => {
      giveUp = reject;
      waiting.add(reject);
    });
    try {
      return await Promise.race([promise, interrupted]);
    } finally {
      waiting.delete(giveUp);
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
    isHeldBack = true;
    try {
      return await work();
    } finally {
      isHeldBack = false;
      throwMissed();
    }
  };

  // Two turns, because the first may begin behind the phase of the event loop that looks for signals.
  const settle = (): Promise<void> => during(nextTurn().then(nextTurn));

  return { wait, during, untilReturned, settle };
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}

// Limits how many requests of one caller are handled at the same time, so that one caller can neither use all connections to the
// database nor all memory. Further requests of the caller wait, and beyond that they are refused. Other callers are not delayed.
//
// A limit of concurrent requests and not of requests per minute: it needs no number that fits a person, a dashboard and a script.

export type RequestLimit = {
  /**
   * @param start called when the request may be handled, at once or later.
   * @returns to be called when the request has ended, handled or not; undefined if it is refused.
   */
  enter(caller: string, start: () => void): (() => void) | undefined;
};

type Caller = { running: number; waiting: Set<() => void> };

export function createRequestLimit(limits: { runningMax: number; waitingMax: number }): RequestLimit {
  const callers = new Map<string, Caller>();
  return {
    enter(name, start) {
      const caller = callers.get(name) ?? { running: 0, waiting: new Set() };
      const isFull = caller.running >= limits.runningMax;
      if (isFull && caller.waiting.size >= limits.waitingMax) return undefined;
      callers.set(name, caller);
      const begin = () => {
        caller.running += 1;
        start();
      };
      if (isFull) caller.waiting.add(begin);
      else begin();
      let hasEnded = false;
      return () => {
        if (hasEnded) return;
        hasEnded = true;
        if (!caller.waiting.delete(begin)) {
          caller.running -= 1;
          const [next] = caller.waiting;
          if (next !== undefined) {
            caller.waiting.delete(next);
            next();
          }
        }
        if (caller.running === 0 && caller.waiting.size === 0) callers.delete(name);
      };
    },
  };
}

/** Several limits as one: a request is handled when all of them permit it. @param names of the caller, one for each limit. */
export function enterAll(
  limits: readonly { limit: RequestLimit; caller: string }[],
  start: () => void,
  refuse: () => void,
): () => void {
  const ends: (() => void)[] = [];
  let isOver = false;
  const end = () => {
    isOver = true;
    for (const endOne of ends.splice(0).toReversed()) endOne();
  };
  const enterFrom = (index: number) => {
    if (isOver) return;
    const at = limits[index];
    if (at === undefined) return start();
    const ended = at.limit.enter(at.caller, () => queueMicrotask(() => enterFrom(index + 1)));
    if (ended === undefined) {
      end();
      return refuse();
    }
    ends.push(ended);
  };
  enterFrom(0);
  return end;
}

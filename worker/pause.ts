// A wait that can be ended early.
export type Pause = {
  wait: (ms: number) => Promise<void>;
  /** Ends the wait, if there is one. */
  end: () => void;
};

export function createPause(): Pause {
  let finish: (() => void) | undefined;
  return {
    wait: (ms) =>
      new Promise((resolve) => {
        const timer = setTimeout(done, ms);
        finish = done;
        function done() {
          clearTimeout(timer);
          finish = undefined;
          resolve();
        }
      }),
    end: () => finish?.(),
  };
}

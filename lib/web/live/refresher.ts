// Runs one refresh at a time. Requests that come while one runs are answered by exactly one more: the newest
// state is always read, and a burst of notifications costs two reads.

const RETRY_MS = 500;

export type Refresher = { request(): void };

/** @param pauseMs least time between the starts of two refreshes. */
export function createRefresher(
  refresh: () => Promise<void>,
  onFault: (error: unknown) => void,
  pauseMs = 0,
): Refresher {
  let isRunning = false;
  let isWanted = false;

  async function run(): Promise<void> {
    isRunning = true;
    while (isWanted) {
      isWanted = false;
      try {
        await refresh();
        if (pauseMs > 0) await pause(pauseMs);
      } catch (error) {
        onFault(error);
        isWanted = true;
        await pause(RETRY_MS);
      }
    }
    isRunning = false;
  }

  return {
    request() {
      isWanted = true;
      if (!isRunning) void run();
    },
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}

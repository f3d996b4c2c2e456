// Runs one refresh at a time. Requests that come while one runs are answered by exactly one more: the newest
// state is always read, and a burst of notifications costs two reads.

const RETRY_MS = 500;

export type Refresher = { request(): void };

export function createRefresher(refresh: () => Promise<void>, onFault: (error: unknown) => void): Refresher {
  let isRunning = false;
  let isWanted = false;

  async function run(): Promise<void> {
    isRunning = true;
    while (isWanted) {
      isWanted = false;
      try {
        await refresh();
      } catch (error) {
        onFault(error);
        isWanted = true;
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS).unref());
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

// Runs one refresh at a time. All requests during a refresh cause exactly one more: the newest state is always read, and a
// burst of notifications costs two reads.

const RETRY_MS = 500;

export type Refresher = { request(): void };

export function createRefresher(refresh: () => Promise<void>, onError: (error: unknown) => void): Refresher {
  let isRunning = false;
  let isRequested = false;

  async function run(): Promise<void> {
    isRunning = true;
    while (isRequested) {
      isRequested = false;
      try {
        await refresh();
      } catch (error) {
        onError(error);
        isRequested = true;
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS).unref());
      }
    }
    isRunning = false;
  }

  return {
    request() {
      isRequested = true;
      if (!isRunning) void run();
    },
  };
}

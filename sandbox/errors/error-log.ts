// The last errors that the servers logged, in memory. A restart of the sandbox begins with none.

export type LoggedError = { at: number; message: string; version: string; server: string };

export type ErrorLog = {
  add(error: Omit<LoggedError, "at">): void;
  /** @param from inclusive. @param to exclusive. */
  list(from: number, to: number): LoggedError[];
  clear(): void;
};

const ERRORS_MAX = 50_000;

export function createErrorLog(): ErrorLog {
  let errors: LoggedError[] = [];
  return {
    add(error) {
      const at = Date.now();
      errors.push({ ...error, at });
      if (errors.length > ERRORS_MAX) errors = errors.slice(-ERRORS_MAX / 2);
    },
    list: (from, to) => errors.filter(({ at }) => at >= from && at < to),
    clear() {
      errors = [];
    },
  };
}

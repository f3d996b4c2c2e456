/**
 * Sends what the framework and libraries write to the console through our log. They print an error with all of its properties,
 * and those of a failed statement include its values, for example the key of a session.
 */
import { errorText, type Log } from "#lib/log.ts";

export function redirectConsole(log: Log): void {
  const write = (level: "error" | "info" | "warn") => {
    return (...args: unknown[]) => {
      const error = args.find((arg) => arg instanceof Error);
      const text = args.filter((arg) => typeof arg === "string").map(errorText);
      log[level](`web: ${text.join(" ").trim() || "an error"}`, error === undefined ? {} : { error });
    };
  };
  Object.assign(console, {
    error: write("error"),
    warn: write("warn"),
    log: write("info"),
    info: write("info"),
    debug: () => undefined,
  });
}

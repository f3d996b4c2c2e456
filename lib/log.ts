// Structured log of web and worker, one JSON line an event on standard output. What an answer said, secrets
// and keys never go in: callers pass ids and durations.
import { pino } from "pino";
import { config } from "./config.ts";

export type Log = {
  debug(message: string, facts?: Record<string, unknown>): void;
  info(message: string, facts?: Record<string, unknown>): void;
  warn(message: string, facts?: Record<string, unknown>): void;
  error(message: string, facts?: Record<string, unknown>): void;
};

/** @param part name of the program, for example `worker`. */
export function createLog(part: string): Log {
  const logger = pino({
    level: config().logLevel,
    base: { part, pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: {
      paths: ["password", "token", "secret", "*.password", "*.token", "*.secret", "authorization", "cookie"],
      censor: "[hidden]",
    },
    serializers: { error: pino.stdSerializers.err },
  });
  return {
    debug: (message, facts) => logger.debug(facts ?? {}, message),
    info: (message, facts) => logger.info(facts ?? {}, message),
    warn: (message, facts) => logger.warn(facts ?? {}, message),
    error: (message, facts) => logger.error(facts ?? {}, message),
  };
}

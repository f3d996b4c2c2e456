// Structured log of web and worker, one JSON line an event on standard output. What an answer said, secrets
// and keys never go in: callers pass ids and durations, and of an error only what cannot hold values is written down.
import { type DestinationStream, pino } from "pino";
import { config } from "./config.ts";

export type Log = {
  debug(message: string, facts?: Record<string, unknown>): void;
  info(message: string, facts?: Record<string, unknown>): void;
  warn(message: string, facts?: Record<string, unknown>): void;
  error(message: string, facts?: Record<string, unknown>): void;
};

/** @param part name of the program, for example `worker`. @param to where the lines go, instead of standard output. */
export function createLog(part: string, to?: DestinationStream): Log {
  const options = {
    level: config().logLevel,
    base: { part, pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: {
      paths: ["password", "token", "secret", "*.password", "*.token", "*.secret", "authorization", "cookie"],
      censor: "[hidden]",
    },
    serializers: { error: describeError },
  };
  const logger = to === undefined ? pino(options) : pino(options, to);
  return {
    debug: (message, facts) => logger.debug(facts ?? {}, message),
    info: (message, facts) => logger.info(facts ?? {}, message),
    warn: (message, facts) => logger.warn(facts ?? {}, message),
    error: (message, facts) => logger.error(facts ?? {}, message),
  };
}

/** Names and numbers. PostgreSQL's `detail` and `where` quote whole rows, drizzle's `params` are what was to be stored. */
const TELLING = [
  "code",
  "severity",
  "schema",
  "table",
  "column",
  "constraint",
  "routine",
  "syscall",
  "address",
  "port",
];
/** How drizzle ends its messages. */
const VALUES = /\nparams: .*/s;
const CAUSES_MAX = 5;

/** Not the library's own way, which writes down every property that an error has. */
function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return error;
  const { name, message, stack = "", cause } = error;
  const bare = message.replace(VALUES, "");
  const facts = Object.fromEntries(
    Object.entries(error).filter(([key, value]) => TELLING.includes(key) && value !== undefined),
  );
  return {
    type: error.constructor.name || name,
    message: bare,
    stack: stack.replace(message, () => bare),
    ...facts,
    ...(cause === undefined || depth === CAUSES_MAX ? {} : { cause: describeError(cause, depth + 1) }),
    ...(error instanceof AggregateError
      ? { errors: error.errors.map((one: unknown) => describeError(one, depth + 1)) }
      : {}),
  };
}

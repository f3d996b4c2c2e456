// Structured log of web and worker: one JSON line per event on standard output. It never contains answers, secrets or keys: callers
// pass ids and durations, and of an error only properties that cannot contain values are logged.
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

/** Names and numbers. Not PostgreSQL's `detail` and `where`, which quote rows, nor drizzle's `params`, which are values. */
const LOGGED_PROPERTIES = [
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
/** The end of drizzle's messages. */
const VALUES = /\nparams: .*/s;
const CAUSES_MAX = 5;

/** The message of an error without values. */
export function errorText(message: string): string {
  return message.replace(VALUES, "");
}

/** Instead of pino's serializer, which logs every property of an error. */
function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return error;
  const { name, message, stack = "", cause } = error;
  const bare = errorText(message);
  const facts = Object.fromEntries(
    Object.entries(error).filter(([key, value]) => LOGGED_PROPERTIES.includes(key) && value !== undefined),
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

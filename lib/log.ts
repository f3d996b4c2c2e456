// Structured log of web and worker: one JSON line per event on standard output, with the field names of the Elastic Common Schema. It never contains answers, secrets or keys: callers
// pass ids and durations, and of an error only properties that cannot contain values are logged.
import { type DestinationStream, pino } from "pino";
import { config } from "./config.ts";
import { requestContext } from "./request-context.ts";

export type Log = {
  debug(message: string, facts?: Record<string, unknown>): void;
  info(message: string, facts?: Record<string, unknown>): void;
  warn(message: string, facts?: Record<string, unknown>): void;
  error(message: string, facts?: Record<string, unknown>): void;
};

/** Fields of the Elastic Common Schema that each line has. */
const ECS_VERSION = "8.11";
const HIDDEN = ["password", "token", "secret", "authorization", "cookie"];

/**
 * Facts whose name has a dot are fields of the schema; the others are below `spiderpig`, where they cannot have the name of
 * a field of another type, such as `host`.
 * @param part name of the program, for example `worker`. @param to where the lines go, instead of standard output.
 */
export function createLog(part: string, to?: DestinationStream): Log {
  const options = {
    level: config().logLevel,
    base: {
      "ecs.version": ECS_VERSION,
      "service.name": "spiderpig",
      "event.dataset": `spiderpig.${part}`,
      "process.pid": process.pid,
    },
    messageKey: "message",
    timestamp: () => `,"@timestamp":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ "log.level": label }) },
    mixin: requestFields,
    redact: {
      paths: HIDDEN.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
      censor: "[hidden]",
    },
  };
  const logger = to === undefined ? pino(options) : pino(options, to);
  return {
    debug: (message, facts) => logger.debug(fieldsOf(facts), message),
    info: (message, facts) => logger.info(fieldsOf(facts), message),
    warn: (message, facts) => logger.warn(fieldsOf(facts), message),
    error: (message, facts) => logger.error(fieldsOf(facts), message),
  };
}

function fieldsOf(facts: Record<string, unknown> = {}): Record<string, unknown> {
  const { error, ...others } = facts;
  const named = Object.entries(others).filter(([, value]) => value !== undefined);
  const [ofSchema, own] = [true, false].map((isOfSchema) =>
    named.filter(([name]) => name.includes(".") === isOfSchema),
  );
  return {
    ...Object.fromEntries(ofSchema ?? []),
    ...(error === undefined ? {} : { error: describeError(error) }),
    ...(own === undefined || own.length === 0 ? {} : { spiderpig: Object.fromEntries(own) }),
  };
}

/** Of the request that is being handled, if there is one. */
function requestFields(): Record<string, unknown> {
  const context = requestContext();
  if (context === undefined) return {};
  const { requestId, trace } = context;
  return {
    "http.request.id": requestId,
    ...(trace === undefined ? {} : { "trace.id": trace.traceId }),
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
  if (!(error instanceof Error)) return { message: String(error) };
  const { name, message, stack = "", cause } = error;
  const bare = errorText(message);
  const facts = Object.fromEntries(
    Object.entries(error).filter(([key, value]) => LOGGED_PROPERTIES.includes(key) && value !== undefined),
  );
  return {
    type: error.constructor.name || name,
    message: bare,
    stack_trace: stack.replace(message, () => bare),
    ...facts,
    ...(cause === undefined || depth === CAUSES_MAX ? {} : { cause: describeError(cause, depth + 1) }),
    ...(error instanceof AggregateError
      ? { errors: error.errors.map((one: unknown) => describeError(one, depth + 1)) }
      : {}),
  };
}

// The only reader of process.env. Every fault is reported at once, by the name of the variable; an empty
// value counts as absent. The README's table of settings is checked against SETTINGS by a test.
import os from "node:os";
import path from "node:path";
import { z } from "zod";
import { EXPIRY_ACTIONS, type ExpiryPolicy } from "./domain/unanswered.ts";

const MINUTE_MS = 60_000;
/** A year. */
const MINUTES_MAX = 525_600;
/** A century. */
const DAYS_MAX = 36_525;

const port = z.coerce.number().int().min(0).max(65535);
const url = z.url({ protocol: /^https?$/ }).transform((text) => text.replace(/\/+$/, ""));
/** What the number of a task stands in for. */
const TASK_PLACE = "{task}";
const taskUrl = z
  .string()
  .refine((text) => text.includes(TASK_PLACE), { message: `must have ${TASK_PLACE} in it`, abort: true })
  .refine(
    (text) => url.safeParse(text.replaceAll(TASK_PLACE, "T1")).success,
    "must be an address of the web, for example https://phabricator.wikimedia.org/{task}",
  );
const scapCommand = z.string().transform((text, context) => {
  try {
    return z.array(z.string().min(1)).min(1).parse(JSON.parse(text));
  } catch {
    context.addIssue('must be a JSON array of strings, for example ["/usr/bin/scap"]');
    return z.NEVER;
  }
});

/** Name, form, default and one sentence for each setting. */
export const SETTINGS = {
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, "must start with postgresql://")
    .optional()
    .describe("PostgreSQL to use. `npm start` brings its own when it is not set."),
  HOST: z.string().default("127.0.0.1").describe("Address the web process listens on. Default: `127.0.0.1`."),
  PORT: port.default(8080).describe("Port the web process listens on. Default: 8080."),
  PUBLIC_URL: url.optional().describe("Address people type, behind a proxy. Default: `http://HOST:PORT`."),
  GERRIT_URL: url
    .optional()
    .describe("Code review to look changes up in. `npm start` brings the sandbox's when it is not set."),
  TASK_URL: taskUrl
    .optional()
    .describe(
      "Where a task can be read, for example `https://phabricator.wikimedia.org/{task}`: numbers of tasks (T371234) then lead there. Default: they are plain text.",
    ),
  SCAP_COMMAND: scapCommand
    .optional()
    .describe(
      'JSON array, for example `["/usr/bin/scap"]`; the subcommand and its arguments are appended. `npm start` brings the sandbox\'s scap when it is not set.',
    ),
  SCAP_DIRECTORY: z.string().optional().describe("Working directory of scap. Default: the worker's own."),
  SCAP_ENVIRONMENT: z
    .string()
    .transform((text) => text.split(/[\s,]+/).filter(Boolean))
    .default([])
    .describe(
      "Names of further environment variables that scap inherits from the worker, separated by commas.",
    ),
  DATA_DIR: z
    .string()
    .default(".data")
    .describe(
      "Where journals, logs, and the embedded database and sandbox live. Default: `.data` below the working directory.",
    ),
  SESSION_SECRET: z
    .string()
    .min(32, "must have at least 32 characters")
    .optional()
    .describe("Signs session cookies; the same for all web processes. `npm start` makes one in DATA_DIR."),
  WORKER_HOST: z
    .string()
    .default(os.hostname())
    .describe(
      "Name of this host in the history; workers that share it share DATA_DIR and take over from each other. Default: the host's own name.",
    ),
  REMIND_AFTER_MINUTES: z.coerce
    .number()
    .min(0)
    .max(MINUTES_MAX)
    .default(10)
    .describe(
      "People are reminded of a question that is unanswered for so long; then at twice the distance, up to every hour (10, 30, 70, 130 minutes, …). 0: never. Default: 10.",
    ),
  QUESTION_EXPIRES_AFTER_MINUTES: z.coerce
    .number()
    .positive()
    .max(MINUTES_MAX)
    .optional()
    .describe(
      "A question that is unanswered for so long expires, and `QUESTION_EXPIRY_ACTION` follows; SpiderPig never answers it. Default: never. Applies to questions asked from then on.",
    ),
  QUESTION_EXPIRY_ACTION: z
    .enum(EXPIRY_ACTIONS)
    .default("interrupt")
    .describe(
      "What follows then. `interrupt`: the innermost scap is interrupted. At a question it ends without asking another one, and servers keep what they have. `terminate`: scap is terminated. Default: `interrupt`.",
    ),
  OUTPUT_RETENTION_DAYS: z.coerce
    .number()
    .positive()
    .max(DAYS_MAX)
    .optional()
    .describe(
      "Output of jobs that ended so many days ago is removed: log, recording, hidden lines. Their history stays. Default: kept for ever.",
    ),
  STREAMS_PER_USER: z.coerce
    .number()
    .int()
    .min(1)
    .default(20)
    .describe(
      "How many event streams a user may have open at each web process; the tabs of a browser share one. Default: 20.",
    ),
  LOG_LEVEL: z
    .enum(["debug", "info", "warn", "error"])
    .default("info")
    .describe("How much web and worker log: `debug`, `info`, `warn` or `error`. Default: `info`."),
  SANDBOX_DIR: z
    .string()
    .optional()
    .describe("Directory of the sandbox's world. Set by `npm start`; its presence turns on sandbox mode."),
  SANDBOX_SPEED: z.coerce
    .number()
    .positive()
    .default(1)
    .describe(
      "Divides the sandbox's waiting times: 1 takes about a minute a deployment, 50 about a second. Default: 1.",
    ),
  SANDBOX_PORT: port
    .optional()
    .describe(
      "First of the seven ports in a row that the sandbox's servers listen on. Default: the first that are free from PORT + 1 on.",
    ),
} as const satisfies Record<string, z.ZodType>;

export type Config = Readonly<{
  databaseUrl: string | undefined;
  host: string;
  port: number;
  publicUrl: string;
  gerritUrl: string | undefined;
  /** With `{task}` in place of the number; undefined: tasks are plain text. */
  taskUrl: string | undefined;
  scapCommand: readonly string[] | undefined;
  scapDirectory: string | undefined;
  scapEnvironment: readonly string[];
  /** Absolute. */
  dataDir: string;
  sessionSecret: string | undefined;
  workerHost: string;
  /** 0: never. */
  remindAfterMs: number;
  /** What happens to a question that nobody answers; undefined: it waits. */
  questionExpiry: ExpiryPolicy | undefined;
  /** undefined: output is kept for ever. */
  outputRetentionDays: number | undefined;
  streamsPerUser: number;
  logLevel: "debug" | "info" | "warn" | "error";
  sandboxDir: string | undefined;
  sandboxSpeed: number;
  sandboxPort: number | undefined;
  /** The demo accounts exist: sandbox mode, and nobody but this machine can reach the page. */
  demoAccounts: boolean;
}>;

export class ConfigError extends Error {
  constructor(faults: readonly string[]) {
    super(faults.join("\n"));
    this.name = "ConfigError";
  }
}

const LOOPBACK = new Set(["127.0.0.1", "::1", "localhost"]);

/** @throws ConfigError with one line for each faulty variable. */
export function loadConfig(env: Record<string, string | undefined> = process.env): Config {
  const given = Object.fromEntries(
    Object.keys(SETTINGS).map((name) => [name, env[name]?.trim() || undefined]),
  );
  const parsed = z.object(SETTINGS).safeParse(given);
  if (!parsed.success) {
    throw new ConfigError(
      parsed.error.issues.map(
        (issue) => `${String(issue.path[0])}: ${issue.message}${shown(String(issue.path[0]), given)}`,
      ),
    );
  }
  const value = parsed.data;
  const host = value.HOST.includes(":") ? `[${value.HOST}]` : value.HOST;
  return Object.freeze({
    databaseUrl: value.DATABASE_URL,
    host: value.HOST,
    port: value.PORT,
    publicUrl: value.PUBLIC_URL ?? `http://${host}:${value.PORT}`,
    gerritUrl: value.GERRIT_URL,
    taskUrl: value.TASK_URL,
    scapCommand: value.SCAP_COMMAND,
    scapDirectory: value.SCAP_DIRECTORY,
    scapEnvironment: value.SCAP_ENVIRONMENT,
    dataDir: path.resolve(value.DATA_DIR),
    sessionSecret: value.SESSION_SECRET,
    workerHost: value.WORKER_HOST,
    remindAfterMs: value.REMIND_AFTER_MINUTES * MINUTE_MS,
    questionExpiry:
      value.QUESTION_EXPIRES_AFTER_MINUTES === undefined
        ? undefined
        : {
            afterMs: value.QUESTION_EXPIRES_AFTER_MINUTES * MINUTE_MS,
            action: value.QUESTION_EXPIRY_ACTION,
          },
    outputRetentionDays: value.OUTPUT_RETENTION_DAYS,
    streamsPerUser: value.STREAMS_PER_USER,
    logLevel: value.LOG_LEVEL,
    sandboxDir: value.SANDBOX_DIR === undefined ? undefined : path.resolve(value.SANDBOX_DIR),
    sandboxSpeed: value.SANDBOX_SPEED,
    sandboxPort: value.SANDBOX_PORT,
    demoAccounts: value.SANDBOX_DIR !== undefined && LOOPBACK.has(value.HOST),
  });
}

/** Values that may hold a password are not repeated. */
const HIDDEN = new Set(["DATABASE_URL", "SESSION_SECRET"]);

function shown(name: string, given: Record<string, string | undefined>): string {
  return HIDDEN.has(name) ? "" : ` (now: ${given[name] ?? "not set"})`;
}

let loaded: Config | undefined;

/** The process's own configuration, read at first use, so that a build needs no environment. */
export function config(): Config {
  loaded ??= loadConfig();
  return loaded;
}

/** @throws ConfigError naming what is missing; for settings that only some programs need. */
export function requireSetting<T>(value: T | undefined, name: keyof typeof SETTINGS): T {
  requireSettings({ [name]: value });
  return value as T;
}

/** The same for several, by their names. @throws ConfigError with one line for each that is missing. */
export function requireSettings<T extends { readonly [Name in keyof typeof SETTINGS]?: unknown }>(
  values: T,
): { [Name in keyof T]: NonNullable<T[Name]> } {
  const missing = (Object.keys(values) as (keyof typeof SETTINGS)[]).filter(
    (name) => values[name] === undefined,
  );
  if (missing.length > 0)
    throw new ConfigError(missing.map((name) => `${name}: must be set. ${SETTINGS[name].description}`));
  return values as { [Name in keyof T]: NonNullable<T[Name]> };
}

/** The environment that scap may inherit: names chosen here or by SCAP_ENVIRONMENT, never our own secrets. */
export function inheritableEnvironment(names: readonly string[]): Record<string, string> {
  const wanted = /^(HOME|PATH|USER|LOGNAME|SHELL|LANG|LC_[A-Z]+|TZ|TMPDIR|SSH_AUTH_SOCK|SANDBOX_[A-Z_]+)$/;
  const inherited: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && (wanted.test(name) || names.includes(name))) inherited[name] = value;
  }
  return inherited;
}

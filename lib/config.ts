// The only reader of process.env. All invalid variables are reported together, by name; an empty value counts as absent. A test
// compares the README's table of settings with SETTINGS.
import { BlockList } from "node:net";
import path from "node:path";
import { z } from "zod";
import { ERROR_SETTINGS, errorIssues, type ErrorSettings, errorSettingsOf } from "./error-settings.ts";
import { type AccountSettings, accountSettingsOf, OIDC_SETTINGS, oidcIssues } from "./oidc-settings.ts";
import { databaseUrl, networks, port, scapCommand, taskUrl, url, vapidKey } from "./setting-formats.ts";
import { type WorkerSettings, WORKER_SETTINGS, workerSettingsOf } from "./worker-settings.ts";
import { fileSettingOf, isSecret, readSecretFiles } from "./secret-files.ts";
import { SANDBOX_SETTINGS, type SandboxSettings, sandboxSettingsOf } from "./sandbox-settings.ts";
import { TRAIN_SETTINGS, type TrainSettings, trainSettingsOf } from "./train-settings.ts";

/** A century. */
const DAYS_MAX = 36_525;

/** Name, format, default and description of each setting. */
export const SETTINGS = {
  DATABASE_URL: databaseUrl
    .optional()
    .describe("PostgreSQL connection URL. Default with `npm start`: an embedded PostgreSQL."),
  HOST: z.string().default("127.0.0.1").describe("Address the web process listens on. Default: `127.0.0.1`."),
  PORT: port.default(8080).describe("Port the web process listens on. Default: 8080."),
  PUBLIC_URL: url
    .optional()
    .describe("Public address of the page, for example behind a proxy. Default: `http://HOST:PORT`."),
  TRUSTED_PROXIES: networks
    .optional()
    .describe(
      "Addresses or networks of your proxies, separated by commas, for example `127.0.0.1, 10.0.0.0/8`. Only from these does X-Forwarded-For count; it separates the limits of sign-in attempts and requests by client. Default: none.",
    ),
  GERRIT_URL: url.optional().describe("Base URL of Gerrit. Default with `npm start`: the sandbox's."),
  TASK_URL: taskUrl
    .optional()
    .describe(
      "URL of a task, for example `https://phabricator.wikimedia.org/{task}`: task numbers (T371234) become links. Default: plain text.",
    ),
  SCAP_COMMAND: scapCommand
    .optional()
    .describe(
      'JSON array, for example `["/usr/bin/scap"]`; the subcommand and its arguments are appended. Default with `npm start`: the sandbox\'s scap.',
    ),
  SCAP_DIRECTORY: z.string().optional().describe("Working directory of scap. Default: the worker's own."),
  ...TRAIN_SETTINGS,
  OPERATIONS_FILE: z
    .string()
    .optional()
    .describe(
      "YAML file with the site's own operations (docs/operations.md); a change takes effect without a restart. Default: none; with the sandbox its examples, `sandbox/operations.yaml`.",
    ),
  SCAP_ENVIRONMENT: z
    .string()
    .transform((text) => text.split(/[\s,]+/).filter(Boolean))
    .default([])
    .describe(
      "Names of additional environment variables that scap inherits from the worker, separated by commas.",
    ),
  DATA_DIR: z
    .string()
    .default(".data")
    .describe(
      "Directory of journals, logs, the embedded database and the sandbox. Default: `.data` below the working directory.",
    ),
  SESSION_SECRET: z
    .string()
    .min(32, "must have at least 32 characters")
    .optional()
    .describe("Signs session cookies; the same for all web processes. `npm start` creates one in DATA_DIR."),
  ...OIDC_SETTINGS,
  ...WORKER_SETTINGS,
  POLICY_FILE: z
    .string()
    .optional()
    .describe("JSON file with the policies of the site (docs/policies.md). Default: none."),
  ...ERROR_SETTINGS,
  OUTPUT_RETENTION_DAYS: z.coerce
    .number()
    .positive()
    .max(DAYS_MAX)
    .optional()
    .describe(
      "Output (log, recording, hidden lines) of jobs that ended this many days ago is removed; their history stays. Default: kept forever.",
    ),
  STREAMS_PER_USER: z.coerce
    .number()
    .int()
    .min(1)
    .default(20)
    .describe(
      "Maximum number of open event streams of a user per web process; the tabs of a browser share one. Default: 20.",
    ),
  VAPID_PUBLIC_KEY: vapidKey(65, "VAPID public key")
    .optional()
    .describe(
      "Public key for push services, in base64url; with `VAPID_PRIVATE_KEY`. Default: the pair that `npm run migrate` stores in the database.",
    ),
  VAPID_PRIVATE_KEY: vapidKey(32, "VAPID private key")
    .optional()
    .describe("Private key for push services, in base64url. Changing the pair ends all subscriptions."),
  VAPID_SUBJECT: z
    .string()
    .regex(/^(mailto:.+@.+|https:\/\/.+)$/, "must start with mailto: or https://")
    .optional()
    .describe(
      "Address at which push services reach the operator, `mailto:` or `https:`. Default: PUBLIC_URL if it is an HTTPS URL.",
    ),
  PUSH_PROXY: url
    .optional()
    .describe(
      "HTTP proxy for requests to push services. Default: the web process connects to them directly.",
    ),
  WEBHOOK_NETWORKS: networks
    .optional()
    .describe(
      "Private addresses or networks that webhooks may reach, separated by commas, for example `10.1.2.3, 10.64.0.0/16` (docs/webhooks.md). Default: none; with the sandbox, loopback.",
    ),
  METRICS_LISTEN: z
    .string()
    .transform((text, context) => {
      const [, host = "", digits = ""] = /^(?:(.+):)?(\d+)$/.exec(text) ?? [];
      const parsed = port.safeParse(digits);
      if (digits !== "" && parsed.success) return { host: host || "127.0.0.1", port: parsed.data };
      context.addIssue("must be a port, or an address and a port, for example 127.0.0.1:9464");
      return z.NEVER;
    })
    .optional()
    .describe(
      "Address of a listener for Prometheus, `/metrics` without sign-in, for example `127.0.0.1:9464`. Each web process and each worker needs its own. Default: none; `/api/metrics` of web needs a token.",
    ),
  SHUTDOWN_DELAY_SECONDS: z.coerce
    .number()
    .min(0)
    .max(300)
    .default(0)
    .describe(
      "How long a web process that was asked to stop still takes requests, while `/api/ready` returns 503. Longer than the interval at which the load balancer checks. Default: 0.",
    ),
  ACCESS_LOG: z
    .enum(["on", "off"])
    .default("on")
    .describe(
      "Whether a web process logs a line for each request, except static files: `on` or `off` (docs/production.md). Default: `on`.",
    ),
  LOG_LEVEL: z
    .enum(["debug", "info", "warn", "error"])
    .default("info")
    .describe("Log level of web and worker: `debug`, `info`, `warn` or `error`. Default: `info`."),
  ...SANDBOX_SETTINGS,
} as const satisfies Record<string, z.ZodType>;

export type Config = Readonly<{
  databaseUrl: string | undefined;
  host: string;
  port: number;
  publicUrl: string;
  trustedProxies: BlockList;
  gerritUrl: string | undefined;
  /** With `{task}` in place of the number; undefined: tasks are plain text. */
  taskUrl: string | undefined;
  scapCommand: readonly string[] | undefined;
  scapDirectory: string | undefined;
  operationsFile: string | undefined;
  scapEnvironment: readonly string[];
  /** Absolute. */
  dataDir: string;
  sessionSecret: string | undefined;
  policyFile: string | undefined;
  /** undefined: no error source is configured. */
  errors: ErrorSettings | undefined;
  /** undefined: output is kept forever. */
  outputRetentionDays: number | undefined;
  streamsPerUser: number;
  /** undefined: the pair in the database. */
  vapidKey: Readonly<{ publicKey: string; privateKey: string }> | undefined;
  vapidSubject: string | undefined;
  pushProxy: string | undefined;
  /** Private networks that webhooks may reach. */
  webhookNetworks: BlockList;
  metricsListen: Readonly<{ host: string; port: number }> | undefined;
  shutdownDelayMs: number;
  accessLog: boolean;
  logLevel: "debug" | "info" | "warn" | "error";
}> &
  AccountSettings &
  SandboxSettings &
  TrainSettings &
  WorkerSettings;

export class ConfigError extends Error {
  constructor(issues: readonly string[]) {
    super(issues.join("\n"));
    this.name = "ConfigError";
  }
}

/** @throws ConfigError with one line for each invalid variable. */
export function loadConfig(env: Record<string, string | undefined> = process.env): Config {
  const files = readSecretFiles(env);
  const given = Object.fromEntries(
    Object.keys(SETTINGS).map((name) => [name, env[name]?.trim() || files.values[name]?.trim() || undefined]),
  );
  const parsed = z.object(SETTINGS).safeParse(given);
  const issues = [
    ...files.issues,
    ...(parsed.error?.issues ?? []).map(({ path: [name = ""], message }) => {
      const setting = String(name);
      const isInFile = files.values[setting] !== undefined;
      return `${isInFile ? fileSettingOf(setting) : setting}: ${message}${shown(setting, given)}`;
    }),
  ];
  if (!parsed.success || issues.length > 0) throw new ConfigError(issues);
  const value = parsed.data;
  const missing = [...oidcIssues(value), ...errorIssues(value)];
  if (missing.length > 0) throw new ConfigError(missing);
  const host = value.HOST.includes(":") ? `[${value.HOST}]` : value.HOST;
  const publicUrl = value.PUBLIC_URL ?? `http://${host}:${value.PORT}`;
  return Object.freeze({
    databaseUrl: value.DATABASE_URL,
    host: value.HOST,
    port: value.PORT,
    publicUrl,
    trustedProxies: value.TRUSTED_PROXIES ?? new BlockList(),
    gerritUrl: value.GERRIT_URL,
    taskUrl: value.TASK_URL,
    scapCommand: value.SCAP_COMMAND,
    scapDirectory: value.SCAP_DIRECTORY,
    operationsFile: value.OPERATIONS_FILE === undefined ? undefined : path.resolve(value.OPERATIONS_FILE),
    scapEnvironment: value.SCAP_ENVIRONMENT,
    dataDir: path.resolve(value.DATA_DIR),
    sessionSecret: value.SESSION_SECRET,
    ...accountSettingsOf(value),
    ...trainSettingsOf(value),
    ...workerSettingsOf(value),
    policyFile: value.POLICY_FILE,
    errors: errorSettingsOf(value),
    outputRetentionDays: value.OUTPUT_RETENTION_DAYS,
    streamsPerUser: value.STREAMS_PER_USER,
    vapidKey: vapidKeyOf(value),
    vapidSubject: value.VAPID_SUBJECT ?? (publicUrl.startsWith("https://") ? publicUrl : undefined),
    webhookNetworks: value.WEBHOOK_NETWORKS ?? webhookNetworks(value.SANDBOX_DIR),
    metricsListen: value.METRICS_LISTEN,
    shutdownDelayMs: value.SHUTDOWN_DELAY_SECONDS * 1000,
    accessLog: value.ACCESS_LOG === "on",
    logLevel: value.LOG_LEVEL,
    pushProxy: value.PUSH_PROXY,
    ...sandboxSettingsOf(value, value.HOST),
  });
}

function webhookNetworks(sandboxDir: string | undefined): BlockList {
  const permitted = new BlockList();
  if (sandboxDir === undefined) return permitted;
  permitted.addSubnet("127.0.0.0", 8, "ipv4");
  permitted.addAddress("::1", "ipv6");
  return permitted;
}

function shown(name: string, given: Record<string, string | undefined>): string {
  return isSecret(name) ? "" : ` (now: ${given[name] ?? "not set"})`;
}

/** @throws ConfigError when only one half of the pair is set. */
function vapidKeyOf(value: {
  VAPID_PUBLIC_KEY?: string | undefined;
  VAPID_PRIVATE_KEY?: string | undefined;
}): Config["vapidKey"] {
  const { VAPID_PUBLIC_KEY: publicKey, VAPID_PRIVATE_KEY: privateKey } = value;
  if (publicKey === undefined && privateKey === undefined) return undefined;
  if (publicKey !== undefined && privateKey !== undefined) return { publicKey, privateKey };
  const missing = publicKey === undefined ? "VAPID_PUBLIC_KEY" : "VAPID_PRIVATE_KEY";
  throw new ConfigError([`${missing}: must be set, because the other key of the pair is`]);
}

const KEY = Symbol.for("spiderpig.config");
type Holder = { [KEY]?: Config };

/** The process's own configuration, read at first use, so that a build needs no environment. */
export function config(): Config {
  const holder = globalThis as Holder;
  holder[KEY] ??= loadConfig();
  return holder[KEY];
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
  if (missing.length > 0) {
    throw new ConfigError(missing.map((name) => `${name}: must be set. ${SETTINGS[name].description}`));
  }
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

/**
 * The parts of `npm start`, in the order in which they start. At its start each part reads from `world` what earlier ones have
 * added: addresses that are not known before a part runs.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Config } from "#lib/config.ts";
import { asRoleIfPossible } from "#lib/migrate/roles.ts";
import type { OidcSettings } from "#lib/oidc-settings.ts";
import { fileSettingOf, SECRETS } from "#lib/secret-files.ts";
import { buildPages } from "./pages.ts";
import { startPostgres } from "./postgres.ts";
import { type Program, programPart, runProgram } from "./program.ts";
import { inProject } from "./root.ts";
import { isSandboxPrivate, SSO_PROGRAM, ssoPart, ssoSettings } from "./sandbox-sso.ts";
import type { Part } from "./supervisor.ts";

export type Settings = {
  dataDir: string;
  host: string;
  port: number;
  databaseUrl: string | undefined;
  gerritUrl: string | undefined;
  scapCommand: readonly string[] | undefined;
  operationsFile?: string | undefined;
  sessionSecret: string;
  vapidKey?: Config["vapidKey"];
  sandboxPort: number;
  sandboxSpeed: number;
  /** Pages and worker reload when a file changes. */
  isDevelopment?: boolean;
  /** The lock on dataDir. */
  lock?: number;
  /** Undefined: the sandbox brings an identity provider. */
  oidc?: OidcSettings | undefined;
  /** Undefined: the sandbox brings an error source. */
  errors?: Config["errors"];
};

const serverSchema = z.object({ name: z.string(), stage: z.string(), url: z.string() });
const sandboxSchema = z.object({
  pid: z.number(),
  gerritUrl: z.string(),
  errorsUrl: z.string(),
  servers: z.array(serverSchema),
});
export type SandboxWorld = z.infer<typeof sandboxSchema>;
export type World = {
  databaseUrl?: string;
  /** Of web and worker, with only the privileges of their roles. */
  webDatabaseUrl?: string;
  workerDatabaseUrl?: string;
  sandbox?: SandboxWorld;
  /** Of the sandbox's identity provider. */
  ssoIssuer?: string;
};

const healthSchema = z.object({ workers: z.number() });

/**
 * The sandbox opens a port for its review server, one for each of its six servers, one for the search of their errors, and one
 * for its identity provider.
 */
export const SANDBOX_PORTS = 9;
/** Anyone may vote in the sandbox's Gerrit, so it is never offered to other machines. */
export const SANDBOX_HOST = "127.0.0.1";

export function needsSandbox(settings: Pick<Settings, "gerritUrl" | "scapCommand">): boolean {
  return settings.gerritUrl === undefined || settings.scapCommand === undefined;
}

export function planOf(settings: Settings, world: World): Part[] {
  const log = (name: string): string => join(settings.dataDir, "logs", `${name}.log`);
  const address = localAddress(settings.host, settings.port);
  const env = (): Record<string, string | undefined> => partEnvironment(settings, world);
  const health = async (): Promise<Response> =>
    fetch(`${address}/api/health`, { signal: AbortSignal.timeout(2_000) });

  const program = (name: string, ...command: string[]): Program => ({
    name,
    command: [...command.slice(0, -1), inProject(command.at(-1) ?? "")],
    env,
    log: log(name),
    lock: settings.lock,
  });

  const migrations: Part = {
    name: "migrations",
    detail: "bringing the schema up to date",
    start: async (signal) => {
      await runProgram(program("migrations", "admin/migrate.ts"), signal);
      const databaseUrl = settings.databaseUrl ?? world.databaseUrl ?? "";
      world.webDatabaseUrl = await asRoleIfPossible(databaseUrl, "spiderpig_web");
      world.workerDatabaseUrl = await asRoleIfPossible(databaseUrl, "spiderpig_worker");
      return "schema is up to date";
    },
  };
  const pages: Part = {
    name: "pages",
    detail: "building",
    start: (signal) => buildPages(log("build"), signal),
  };
  const web = programPart({
    ...webProgram(settings, program),
    env: () => ({ ...env(), ...webEnvironment(settings, world) }),
    isReady: async () => (await health()).status === 200,
  });
  const worker = programPart({
    ...program("worker", ...(settings.isDevelopment === true ? ["--watch"] : []), "worker/main.ts"),
    env: () => ({ ...env(), DATABASE_URL: world.workerDatabaseUrl }),
    isReady: async () => healthSchema.parse(await (await health()).json()).workers > 0,
  });
  return [
    ...(settings.databaseUrl === undefined ? [databasePart(settings, world)] : []),
    migrations,
    ...(settings.isDevelopment === true ? [] : [pages]),
    ...(needsSandbox(settings) ? [sandboxPart(settings, world, program("sandbox", "sandbox/main.ts"))] : []),
    ...sandboxSso(settings, world, program("sso", SSO_PROGRAM)),
    web,
    worker,
  ];
}

function sandboxPart(settings: Settings, world: World, program: Program): Part {
  return programPart({
    ...program,
    env: () => ({ ...program.env(), HOST: SANDBOX_HOST, SANDBOX_PORT: String(settings.sandboxPort) }),
    isReady: async (pid) => {
      const described = readSandbox(settings.dataDir);
      if (described.pid !== pid) return false;
      world.sandbox = described;
      return true;
    },
  });
}

function sandboxSso(settings: Settings, world: World, program: Program): Part[] {
  const { host, port, sandboxPort, oidc } = settings;
  if (oidc !== undefined || !needsSandbox(settings) || !isSandboxPrivate(host)) return [];
  return [
    ssoPart({
      program,
      sandboxDirectory: sandboxDirectory(settings.dataDir),
      host: SANDBOX_HOST,
      port: sandboxPort === 0 ? 0 : sandboxPort + SANDBOX_PORTS - 1,
      address: localAddress(host, port),
      onReady: (issuer) => {
        world.ssoIssuer = issuer;
      },
    }),
  ];
}

function webProgram(
  { isDevelopment, host, port }: Settings,
  program: (name: string, ...command: string[]) => Program,
): Program {
  if (isDevelopment !== true) return program("web", "web/main.ts");
  const next = program("web", "node_modules/next/dist/bin/next");
  return { ...next, command: [...next.command, "dev", "--hostname", host, "--port", String(port)] };
}

function databasePart({ dataDir }: Settings, world: World): Part {
  let port: number | undefined;
  return {
    name: "database",
    async start() {
      // Other parts have the address by now, so a restarted server has to keep it.
      const server = await startPostgres({ directory: join(dataDir, "postgres"), port });
      port = server.port;
      world.databaseUrl = server.url;
      // It recovers at the next start, as after a power failure.
      return { ...server, kill: () => void process.kill(server.pid, "SIGQUIT") };
    },
  };
}

/** The settings as the parts read them, with the addresses that are known by now. */
function partEnvironment(settings: Settings, world: World): Record<string, string | undefined> {
  const readFromFiles = Object.fromEntries(
    SECRETS.flatMap((name) => [name, fileSettingOf(name)]).map((name) => [name, undefined]),
  );
  const scap = settings.scapCommand ?? [process.execPath, inProject("sandbox/scap/main.ts")];
  return {
    NODE_ENV: "production",
    NODE_COMPILE_CACHE: inProject(".cache/compiled"),
    NEXT_TELEMETRY_DISABLED: "1",
    DATA_DIR: settings.dataDir,
    HOST: settings.host,
    PORT: String(settings.port),
    // Each part gets only the secrets that it uses: what scap starts can read the environment of the worker.
    ...readFromFiles,
    DATABASE_URL: settings.databaseUrl ?? world.databaseUrl,
    GERRIT_URL: settings.gerritUrl ?? world.sandbox?.gerritUrl,
    SCAP_COMMAND: JSON.stringify(scap),
    ...(needsSandbox(settings) ? sandboxTrain(settings, world) : {}),
    OPERATIONS_FILE: settings.operationsFile ?? exampleOperations(settings),
    SANDBOX_DIR: needsSandbox(settings) ? sandboxDirectory(settings.dataDir) : undefined,
    SANDBOX_SPEED: String(settings.sandboxSpeed),
  };
}

function webEnvironment(settings: Settings, world: World): Record<string, string | undefined> {
  return {
    ...(settings.isDevelopment === true ? { NODE_ENV: "development" } : {}),
    DATABASE_URL: world.webDatabaseUrl,
    SESSION_SECRET: settings.sessionSecret,
    OIDC_CLIENT_SECRET: settings.oidc?.clientSecret,
    ...ssoSettings(world.ssoIssuer),
    VAPID_PRIVATE_KEY: settings.vapidKey?.privateKey,
    ERRORS_AUTHORIZATION: settings.errors?.authorization,
    ...errorSource(settings, world),
  };
}

/** Read more often than in production: deployments of the sandbox are short. */
function errorSource({ errors }: Settings, { sandbox }: World): Record<string, string> {
  if (errors !== undefined || sandbox === undefined) return {};
  return {
    ERRORS_OPENSEARCH_URL: sandbox.errorsUrl,
    ERRORS_OPENSEARCH_QUERY: "*",
    ERRORS_DASHBOARD_URL: sandbox.errorsUrl,
    ERRORS_INTERVAL_SECONDS: "2",
  };
}

/** Where the train of the sandbox is read. */
function sandboxTrain({ dataDir }: Settings, { sandbox }: World): Record<string, string | undefined> {
  return {
    SCAP_STAGING_DIR: join(sandboxDirectory(dataDir), "staging"),
    TRAIN_BLOCKERS_URL: sandbox && `${sandbox.gerritUrl}/sandbox/train-blockers`,
    TRAIN_PROJECT: "mediawiki/extensions/WikiLove",
  };
}

function exampleOperations(settings: Settings): string | undefined {
  return settings.scapCommand === undefined ? inProject("sandbox/operations.yaml") : undefined;
}

function sandboxDirectory(dataDir: string): string {
  return join(dataDir, "sandbox");
}

function readSandbox(dataDir: string): SandboxWorld {
  return sandboxSchema.parse(
    JSON.parse(readFileSync(join(sandboxDirectory(dataDir), "sandbox.json"), "utf8")),
  );
}

/** The address on this machine of what listens on `host`. */
export function localAddress(host: string, port: number): string {
  const reachable = host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host;
  return `http://${reachable.includes(":") ? `[${reachable}]` : reachable}:${port}`;
}

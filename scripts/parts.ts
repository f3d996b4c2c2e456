/**
 * The parts of `npm start`, in the order in which they start. At its start each part reads from `world` what earlier ones have
 * added: addresses that are not known before a part runs.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { type Config, loadConfig } from "#lib/config.ts";
import { asRoleIfPossible } from "#lib/migrate/roles.ts";
import { fileSettingOf, SECRETS } from "#lib/secret-files.ts";
import type { SandboxDescription } from "../sandbox/sandbox.ts";
import { buildPages } from "./pages.ts";
import { startPostgres } from "./postgres.ts";
import { nodeProgram, type Program, runProgram, startProgram } from "./program.ts";
import { inProject } from "./root.ts";
import type { Part } from "./supervisor.ts";

export type Settings = Config & {
  sessionSecret: string;
  sandboxPort: number;
  /** Pages and worker reload when a file changes. */
  isDevelopment?: boolean;
  /** The lock on dataDir. */
  lock?: number;
};

export type World = {
  databaseUrl?: string;
  /** Of web and worker, with only the privileges of their roles. */
  webDatabaseUrl?: string;
  workerDatabaseUrl?: string;
  sandbox?: SandboxDescription | undefined;
};

type Environment = Record<string, string | undefined>;

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
  const { dataDir, databaseUrl, isDevelopment = false, lock } = settings;
  const log = (name: string): string => join(dataDir, "logs", `${name}.log`);
  const program = (name: string, args: string[], changes: () => Environment = () => ({})): Program => ({
    name,
    ...nodeProgram(args, () => ({ ...partEnvironment(settings, world), ...changes() })),
    log: log(name),
    lock,
  });
  const part = (started: Program): Part => ({
    name: started.name,
    start: (signal) => startProgram(started, signal),
  });
  const health = (): Promise<Response> =>
    fetch(`${localAddress(settings.host, settings.port)}/api/health`, { signal: AbortSignal.timeout(2_000) });

  const migrations: Part = {
    name: "migrations",
    detail: "bringing the schema up to date",
    async start(signal) {
      await runProgram(program("migrations", [inProject("admin/migrate.ts")]), signal);
      const owner = databaseUrl ?? world.databaseUrl ?? "";
      world.webDatabaseUrl = await asRoleIfPossible(owner, "spiderpig_web");
      world.workerDatabaseUrl = await asRoleIfPossible(owner, "spiderpig_worker");
      return "schema is up to date";
    },
  };
  const pages: Part = {
    name: "pages",
    detail: "building",
    start: (signal) => buildPages(log("build"), signal),
  };
  const sandbox: Program = {
    ...program("sandbox", [inProject("sandbox/main.ts")], () => sandboxEnvironment(settings)),
    isReady: (pid) => (world.sandbox = readSandbox(dataDir, pid)) !== undefined,
  };
  const web: Program = {
    ...program("web", webCommand(settings), () => webEnvironment(settings, world)),
    isReady: async () => (await health()).status === 200,
  };
  const workerOptions = isDevelopment ? ["--watch"] : [];
  const worker: Program = {
    ...program("worker", [...workerOptions, inProject("worker/main.ts")], () => ({
      DATABASE_URL: world.workerDatabaseUrl,
    })),
    isReady: async () => healthSchema.parse(await (await health()).json()).workers > 0,
  };
  return [
    ...(databaseUrl === undefined ? [databasePart(dataDir, world)] : []),
    migrations,
    ...(isDevelopment ? [] : [pages]),
    ...(needsSandbox(settings) ? [part(sandbox)] : []),
    part(web),
    part(worker),
  ];
}

function databasePart(dataDir: string, world: World): Part {
  let port: number | undefined;
  return {
    name: "database",
    async start() {
      // Other parts have the address by now, so a restarted server has to keep it.
      const server = await startPostgres({ directory: join(dataDir, "postgres"), port });
      port = server.port;
      world.databaseUrl = server.url;
      return server;
    },
  };
}

function webCommand({ isDevelopment, host, port }: Settings): string[] {
  if (isDevelopment !== true) return [inProject("web/main.ts")];
  const next = inProject("node_modules/next/dist/bin/next");
  return [next, "dev", "--hostname", host, "--port", String(port)];
}

/** The settings as the parts read them, with the addresses that are known by now. */
function partEnvironment(settings: Settings, world: World): Environment {
  const { dataDir, gerritUrl, scapCommand, operationsFile } = settings;
  const readFromFiles = Object.fromEntries(
    SECRETS.flatMap((name) => [name, fileSettingOf(name)]).map((name) => [name, undefined]),
  );
  const scap = scapCommand ?? [process.execPath, inProject("sandbox/scap/main.ts")];
  return {
    NODE_ENV: "production",
    NODE_COMPILE_CACHE: inProject(".cache/compiled"),
    NEXT_TELEMETRY_DISABLED: "1",
    DATA_DIR: dataDir,
    HOST: settings.host,
    PORT: String(settings.port),
    // Each part gets only the secrets that it uses: what scap starts can read the environment of the worker.
    ...readFromFiles,
    DATABASE_URL: settings.databaseUrl ?? world.databaseUrl,
    GERRIT_URL: gerritUrl ?? world.sandbox?.gerritUrl,
    SCAP_COMMAND: JSON.stringify(scap),
    ...world.sandbox?.settings.train,
    OPERATIONS_FILE:
      operationsFile ?? (scapCommand === undefined ? inProject("sandbox/operations.yaml") : undefined),
    SANDBOX_DIR: needsSandbox(settings) ? sandboxDirectory(dataDir) : undefined,
    SANDBOX_SPEED: String(settings.sandboxSpeed),
  };
}

function webEnvironment(settings: Settings, world: World): Environment {
  const { isDevelopment, sessionSecret, vapidKey, oidc, errors } = settings;
  return {
    ...(isDevelopment === true ? { NODE_ENV: "development" } : {}),
    DATABASE_URL: world.webDatabaseUrl,
    SESSION_SECRET: sessionSecret,
    OIDC_CLIENT_SECRET: oidc?.clientSecret,
    ...world.sandbox?.settings.sso,
    VAPID_PRIVATE_KEY: vapidKey?.privateKey,
    ERRORS_AUTHORIZATION: errors?.authorization,
    ...(errors === undefined ? world.sandbox?.settings.errors : {}),
  };
}

function sandboxEnvironment({ host, port, sandboxPort, oidc }: Settings): Environment {
  // The people of its identity provider have no passwords: it runs only where the demo accounts exist, on a page that other
  // machines cannot reach.
  const isPrivate = loadConfig({ HOST: host, SANDBOX_DIR: "sandbox" }).demoAccounts;
  const hasSso = oidc === undefined && isPrivate;
  return {
    HOST: SANDBOX_HOST,
    SANDBOX_PORT: String(sandboxPort),
    SANDBOX_SSO_LOGOUT_URL: hasSso ? `${localAddress(host, port)}/api/auth/sso/logout` : undefined,
  };
}

/** Undefined for that of an earlier process. */
function readSandbox(dataDir: string, pid: number): SandboxDescription | undefined {
  const text = readFileSync(join(sandboxDirectory(dataDir), "sandbox.json"), "utf8");
  const description = JSON.parse(text) as SandboxDescription;
  return description.pid === pid ? description : undefined;
}

function sandboxDirectory(dataDir: string): string {
  return join(dataDir, "sandbox");
}

/** The address on this machine of what listens on `host`. */
export function localAddress(host: string, port: number): string {
  const reachable = host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host;
  return `http://${reachable.includes(":") ? `[${reachable}]` : reachable}:${port}`;
}

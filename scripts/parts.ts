/**
 * What `npm start` consists of, in the order it is started. Each part finds out at its start what the earlier ones
 * settled (`world`): addresses that are not known before something runs.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { buildPages } from "./pages.ts";
import { startPostgres } from "./postgres.ts";
import { programPart } from "./process-part.ts";
import { inProject } from "./root.ts";
import type { Part, RunningPart, Task } from "./supervisor.ts";
import { runProgram } from "./run-program.ts";

export type Settings = {
  dataDir: string;
  host: string;
  port: number;
  databaseUrl: string | undefined;
  gerritUrl: string | undefined;
  scapCommand: readonly string[] | undefined;
  sessionSecret: string;
  sandboxPort: number;
  sandboxSpeed: number;
};

const serverSchema = z.object({ name: z.string(), stage: z.string(), url: z.string() });
const sandboxSchema = z.object({ pid: z.number(), gerritUrl: z.string(), servers: z.array(serverSchema) });
export type SandboxWorld = z.infer<typeof sandboxSchema>;
export type World = { databaseUrl?: string; sandbox?: SandboxWorld };

const healthSchema = z.object({ workers: z.number() });

/** The sandbox opens a port for its review server and one for each of its six servers. */
export const SANDBOX_PORTS = 7;
/** The sandbox lets anybody vote: it is never offered to other machines. */
export const SANDBOX_HOST = "127.0.0.1";

export function needsSandbox(settings: Pick<Settings, "gerritUrl" | "scapCommand">): boolean {
  return settings.gerritUrl === undefined || settings.scapCommand === undefined;
}

export function planOf(settings: Settings, world: World): (Part | Task)[] {
  const log = (name: string): string => join(settings.dataDir, "logs", `${name}.log`);
  const address = localAddress(settings.host, settings.port);
  const env = (): Record<string, string | undefined> => partEnvironment(settings, world);
  const health = async (): Promise<Response> =>
    fetch(`${address}/api/health`, { signal: AbortSignal.timeout(2_000) });

  const migrations: Task = {
    kind: "task",
    name: "migrations",
    detail: "bringing the schema up to date",
    run: async (signal) => {
      await runProgram({
        program: inProject("admin/migrate.ts"),
        env: env(),
        log: log("migrations"),
        signal,
      });
      return "schema is up to date";
    },
  };
  const pages: Task = {
    kind: "task",
    name: "pages",
    detail: "building them, if they have changed",
    run: (signal) => buildPages(log("build"), signal),
  };
  const sandbox = programPart({
    name: "sandbox",
    command: [inProject("sandbox/main.ts")],
    env: () => ({ ...env(), HOST: SANDBOX_HOST, SANDBOX_PORT: String(settings.sandboxPort) }),
    log: log("sandbox"),
    isReady: async (pid) => {
      const described = readSandbox(settings.dataDir);
      if (described.pid !== pid) return false;
      world.sandbox = described;
      return true;
    },
  });
  const web = programPart({
    name: "web",
    command: [inProject("web/main.ts")],
    env,
    log: log("web"),
    isReady: async () => (await health()).status === 200,
  });
  const worker = programPart({
    name: "worker",
    command: [inProject("worker/main.ts")],
    env,
    log: log("worker"),
    isReady: async () => healthSchema.parse(await (await health()).json()).workers > 0,
  });
  return [
    ...(settings.databaseUrl === undefined ? [databasePart(settings, world)] : []),
    migrations,
    pages,
    ...(needsSandbox(settings) ? [sandbox] : []),
    web,
    worker,
  ];
}

function databasePart(settings: Settings, world: World): Part {
  let port: number | undefined;
  return {
    kind: "part",
    name: "database",
    async start(): Promise<RunningPart> {
      // Once others know the address it stays, also through the server's death.
      const server = await startPostgres({
        directory: join(settings.dataDir, "postgres"),
        ...(port === undefined ? {} : { port }),
      });
      port = server.port;
      world.databaseUrl = server.url;
      return {
        pid: server.pid,
        gone: server.gone.then(() => "gone"),
        stop: () => server.stop(),
        // Recovers at the next start, as after a power cut.
        kill: () => void process.kill(server.pid, "SIGQUIT"),
      };
    },
  };
}

/** The settings as the parts read them, with what was settled meanwhile. */
function partEnvironment(settings: Settings, world: World): Record<string, string | undefined> {
  const scap = settings.scapCommand ?? [process.execPath, inProject("sandbox/scap/main.ts")];
  return {
    NODE_ENV: "production",
    NEXT_TELEMETRY_DISABLED: "1",
    DATA_DIR: settings.dataDir,
    HOST: settings.host,
    PORT: String(settings.port),
    DATABASE_URL: settings.databaseUrl ?? world.databaseUrl,
    SESSION_SECRET: settings.sessionSecret,
    GERRIT_URL: settings.gerritUrl ?? world.sandbox?.gerritUrl,
    SCAP_COMMAND: JSON.stringify(scap),
    SANDBOX_DIR: needsSandbox(settings) ? sandboxDirectory(settings.dataDir) : undefined,
    SANDBOX_SPEED: String(settings.sandboxSpeed),
  };
}

function sandboxDirectory(dataDir: string): string {
  return join(dataDir, "sandbox");
}

function readSandbox(dataDir: string): SandboxWorld {
  return sandboxSchema.parse(
    JSON.parse(readFileSync(join(sandboxDirectory(dataDir), "sandbox.json"), "utf8")),
  );
}

/** How to reach on this machine what listens on `host`. */
export function localAddress(host: string, port: number): string {
  const reachable = host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host;
  return `http://${reachable.includes(":") ? `[${reachable}]` : reachable}:${port}`;
}

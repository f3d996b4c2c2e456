/**
 * `npm start`: everything SpiderPig needs, on one machine, until Ctrl-C. `npm run dev` is the same, with pages and worker
 * that reload when a file changes.
 *
 * What is not configured is provided: a PostgreSQL without DATABASE_URL, the sandbox without GERRIT_URL and SCAP_COMMAND.
 * Running deployments are not children of this program: they continue when it ends, and are found again at the next start.
 */
import { ConfigError, loadConfig, type Config } from "#lib/config.ts";
import { greeting } from "./greeting.ts";
import { needsSandbox, planOf, SANDBOX_HOST, SANDBOX_PORTS, type Settings, type World } from "./parts.ts";
import * as preflight from "./preflight.ts";
import { beginStep, say } from "./steps.ts";
import { stopOnSignals, createSupervisor } from "./supervisor.ts";

// The terminal may be closed before we have stopped.
process.stdout.on("error", () => undefined);

try {
  await run(loadConfig());
} catch (cause) {
  const isExpected = cause instanceof preflight.PreflightError || cause instanceof ConfigError;
  const text = cause instanceof Error ? cause.message : String(cause);
  process.stderr.write(isExpected ? `${text}\n` : `\n${text}\n\nSpiderPig is not running.\n`);
  process.exitCode = 1;
}

async function run(config: Config): Promise<void> {
  preflight.prepareDirectory(config.dataDir);
  const lock = await preflight.lockDirectory(config.dataDir);
  const isDevelopment = process.argv.includes("--dev");
  const settings = { ...(await settle(config)), lock, isDevelopment };
  const address = loadConfig({ ...process.env, PORT: String(settings.port) }).publicUrl;
  preflight.noteAddress(lock, address);
  const world: World = {};
  const supervisor = createSupervisor(planOf(settings, world), {
    begin: beginStep,
    notify: (line) => say(`  ${new Date().toISOString().slice(11, 19)} ${line}`),
  });
  const stopping = stopOnSignals(supervisor, () => {
    say(
      "\n  stopping (Ctrl-C again does not wait). Running deployments continue, and the next start finds them",
    );
  });
  await supervisor.start();
  if (!stopping.hasBegun()) say(greeting(settings, world, address));
  await stopping.done;
  say("  stopped");
}

/** Decides what is free to choose and refuses what cannot work, before anything is started. */
async function settle(config: Config): Promise<Settings> {
  const port = await preflight.requirePort(config.host, config.port, "PORT");
  return {
    ...config,
    port,
    sessionSecret: config.sessionSecret ?? preflight.sessionSecret(config.dataDir),
    sandboxPort: needsSandbox(config) ? await settleSandbox(config) : 0,
  };
}

/** Behind the port of the pages, so that the addresses of the servers stay the same; 0 for any that are free. */
async function settleSandbox({ port, sandboxPort }: Config): Promise<number> {
  preflight.requireGit();
  const first = sandboxPort ?? (port === 0 ? 0 : port + 1);
  if (first === 0) return 0;
  for (let each = first; each < first + SANDBOX_PORTS; each += 1) {
    await preflight.requirePort(SANDBOX_HOST, each, "SANDBOX_PORT");
  }
  return first;
}

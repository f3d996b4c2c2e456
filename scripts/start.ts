/**
 * `npm start`: everything SpiderPig needs, on one machine, until Ctrl-C.
 *
 * What is not configured is brought along: a PostgreSQL without DATABASE_URL, the sandbox without GERRIT_URL and
 * SCAP_COMMAND. Running deployments are nobody's children here: they go on when this ends, and are found again.
 */
import { join } from "node:path";
import { ConfigError, loadConfig, type Config } from "#lib/config.ts";
import { greeting } from "./greeting.ts";
import { needsSandbox, planOf, SANDBOX_HOST, SANDBOX_PORTS, type Settings, type World } from "./parts.ts";
import * as preflight from "./preflight.ts";
import { identityOf } from "./processes.mjs";
import { runningDeployments } from "./running-deployments.ts";
import { beginStep, say } from "./steps.ts";
import { stopOnSignals } from "./stop-signals.ts";
import { Supervisor } from "./supervisor.ts";

// The terminal may be closed before we are done with stopping.
process.stdout.on("error", () => undefined);

try {
  await run(loadConfig());
} catch (cause) {
  const isForPeople = cause instanceof preflight.Fault || cause instanceof ConfigError;
  const text = cause instanceof Error ? cause.message : String(cause);
  process.stderr.write(isForPeople ? `${text}\n` : `\n${text}\n\nSpiderPig is not running.\n`);
  process.exitCode = 1;
}

async function run(config: Config): Promise<void> {
  preflight.prepareDirectory(config.dataDir);
  const lock = preflight.lockDirectory(config.dataDir);
  try {
    await preflight.clearLeftovers(lock.previous);
    const settings = await settle(config);
    const address = loadConfig({ ...process.env, PORT: String(settings.port) }).publicUrl;
    lock.note({ url: address });
    const world: World = {};
    const supervisor = new Supervisor(planOf(settings, world), {
      begin(name, detail) {
        const shown = beginStep(name, detail);
        return { done: (text) => shown.done(text), failed: () => shown.failed("") };
      },
      tell: (line) => say(`  ${new Date().toISOString().slice(11, 19)} ${line}`),
      changed: (pids) =>
        lock.note({ parts: pids.map((pid) => ({ pid, identity: identityOf(pid) ?? "gone" })) }),
    });
    const stopping = stopOnSignals(supervisor, () => announceStop(join(config.dataDir, "jobs")));
    await supervisor.start();
    if (!stopping.hasBegun()) say(greeting(settings, world, address));
    await stopping.done;
    say("  stopped");
  } finally {
    lock.release();
  }
}

/** Settles what is free to choose and refuses what cannot work, before anything is started. */
async function settle(config: Config): Promise<Settings> {
  const port = await preflight.requirePort(config.host, config.port, "PORT");
  if (config.databaseUrl !== undefined) await preflight.requireDatabase(config.databaseUrl);
  return {
    ...config,
    port,
    sessionSecret: config.sessionSecret ?? preflight.sessionSecret(config.dataDir),
    sandboxPort: needsSandbox(config) ? await settleSandbox(config.sandboxPort, port) : 0,
  };
}

async function settleSandbox(wanted: number | undefined, webPort: number): Promise<number> {
  preflight.requireGit();
  if (wanted === 0) return 0;
  if (wanted === undefined) return preflight.freePortRange(SANDBOX_HOST, webPort + 1, SANDBOX_PORTS);
  for (let port = wanted; port < wanted + SANDBOX_PORTS; port += 1) {
    await preflight.requirePort(SANDBOX_HOST, port, "SANDBOX_PORT");
  }
  return wanted;
}

function announceStop(jobsDirectory: string): void {
  const running = runningDeployments(jobsDirectory);
  const deployments = running === 1 ? "1 deployment goes on" : `${running} deployments go on`;
  const goesOn = running === 0 ? "" : `; ${deployments} and will be found again at the next start`;
  say(`\n  stopping${goesOn} (Ctrl-C again does not wait)`);
}

// The parts of a SpiderPig that live through all rounds of a run, with everything that happens to them: workers, web
// processes, the database. What is deployed, and by which scap, changes with every round: a small script that the
// workers start in place of scap finds out.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { closeDatabase, type Database, openDatabase } from "#lib/db/connection.ts";
import { freePort } from "../../scripts/ports.ts";
import { until } from "../support/until.ts";
import { type Ground, requesterOf, SESSION_SECRET, SPEED } from "./ground.ts";
import { WEBS, WORKERS } from "./plan.ts";
import { createSlot, type Slot } from "./slot.ts";
import { killHard, processesOf } from "../support/processes.ts";

const HOST = "127.0.0.1";
const ROOT = join(import.meta.dirname, "../..");
const READY_BOUND_MS = 240_000;

export type Deployed = { directory: string; dialect: string; asksSecret: boolean };

export type Parts = {
  db: Database;
  dataDir: string;
  addresses: string[];
  workers: Slot[];
  webs: Slot[];
  slots: Slot[];
  /** From now on each lane's requester deploys to this world in this dialect, and recordings go here. */
  deployTo(lanes: readonly Deployed[], recordDirectory: string): void;
  /** What the parts themselves did wrong since the last call. */
  takeFaults(): string[];
  /** SIGTERM for all. */
  end(): Promise<void>;
  destroy(): Promise<void>;
};

export async function startParts(ground: Ground, directory: string): Promise<Parts> {
  const dataDir = join(directory, "data");
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const databaseUrl = await ground.makeDatabase("rounds");
  // Changes are looked up here only, so that what one lane deploys changes nothing for the others.
  const review = await ground.makeWorld(join(directory, "review"));
  const ports: number[] = [];
  for (let web = 0; web < WEBS; web += 1) ports.push(await freePort(HOST));
  const addresses = ports.map((port) => `http://${HOST}:${port}`);
  const faults: string[] = [];
  const script = join(directory, "scap.sh");
  const slot = (name: string, program: string, env: Record<string, string>): Slot =>
    createSlot({
      name,
      program: [join(ROOT, program)],
      env: {
        PATH: process.env["PATH"] ?? "/usr/bin:/bin",
        HOME: directory,
        NODE_ENV: "test",
        NODE_COMPILE_CACHE: join(ground.directory, "compiled"),
        DATABASE_URL: databaseUrl,
        DATA_DIR: dataDir,
        GERRIT_URL: review.gerritUrl,
        LOG_LEVEL: "info",
        ...env,
      },
      logFile: join(directory, `${name}.log`),
      onFault: (fault) => faults.push(fault),
    });
  const workers = Array.from({ length: WORKERS }, (_, index) =>
    slot(`worker-${index}`, "worker/main.ts", {
      WORKER_HOST: "chaos",
      SCAP_COMMAND: JSON.stringify(["bash", script]),
      SANDBOX_SPEED: String(SPEED),
    }),
  );
  const webs = ports.map((port, index) =>
    slot(`web-${index}`, "web/main.ts", {
      NODE_ENV: "production",
      NEXT_TELEMETRY_DISABLED: "1",
      HOST,
      PORT: String(port),
      PUBLIC_URL: "http://127.0.0.1",
      SESSION_SECRET,
      // All watchers of a round have the tokens of a few accounts.
      STREAMS_PER_USER: "1000",
    }),
  );
  const slots = [...workers, ...webs];
  const db = openDatabase(databaseUrl, "chaos");
  const parts: Parts = {
    db,
    dataDir,
    addresses,
    workers,
    webs,
    slots,
    deployTo: (lanes, recordDirectory) => writeFileSync(script, scapScript(lanes, recordDirectory)),
    takeFaults: () => faults.splice(0),
    async end() {
      await Promise.all(slots.map((one) => one.end()));
    },
    async destroy() {
      await Promise.all(slots.map((one) => one.destroy()));
      for (const { pid } of processesOf(dataDir)) killHard(pid);
      await review.close();
      await closeDatabase(db).catch(() => undefined);
    },
  };
  try {
    await untilReady(addresses);
  } catch (cause) {
    await parts.destroy();
    throw cause;
  }
  return parts;
}

async function untilReady(addresses: readonly string[]): Promise<void> {
  await until(
    "all parts to be ready",
    async () => {
      const healths = await Promise.all(
        addresses.map(async (address) => {
          try {
            const response = await fetch(`${address}/api/health`);
            return ((await response.json()) as { workers: number }).workers;
          } catch {
            return 0;
          }
        }),
      );
      return healths.every((workers) => workers === WORKERS);
    },
    { boundMs: READY_BOUND_MS, everyMs: 50 },
  );
}

/** Finds the lane's world and dialect by who asked for the deployment, and becomes scap: the same process. */
function scapScript(lanes: readonly Deployed[], recordDirectory: string): string {
  const cases = lanes.map(
    ({ directory, dialect, asksSecret }, lane) =>
      `${requesterOf(lane)}) SANDBOX_DIR='${directory}' SANDBOX_SCAP_DIALECT='${dialect}' ` +
      `SANDBOX_SCAP_PASSPHRASE='${asksSecret ? "asked" : ""}' ;;`,
  );
  return [
    'case "$SPIDERPIG_REAL_USER" in',
    ...cases,
    "esac",
    `SANDBOX_RECORD_DIR='${recordDirectory}'`,
    "export SANDBOX_DIR SANDBOX_SCAP_DIALECT SANDBOX_SCAP_PASSPHRASE SANDBOX_RECORD_DIR",
    `exec '${process.execPath}' '${join(ROOT, "sandbox/scap/main.ts")}' "$@"`,
    "",
  ].join("\n");
}

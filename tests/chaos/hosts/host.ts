// Hosts on one machine: each has a network of its own, with one cable to the database, a data directory of its own, and
// an identity that changes when it reboots. Made of network and mount namespaces, which only root may make; the cable
// is a pair of virtual interfaces, and pulling it loses packets as a real one does, without a word to either end.
import { spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { createConnection, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { killHard, processesOf } from "../../support/processes.ts";
import { until } from "../../support/until.ts";

export type CableEnd = "near" | "far";

export type Host = {
  readonly name: string;
  readonly dataDir: string;
  /** Settings of its workers. */
  readonly env: Record<string, string>;
  /** What a program is started through, so that it runs on this host; it keeps its process id. */
  through: () => string[];
  /** At its own end, so that it knows that there is no network, or at the far end: then packets vanish in silence. */
  pullCable: (end: CableEnd) => void;
  plugIn: () => void;
  /** Everything that runs on it is gone at once; what is started from now on is on the same host after a reboot. */
  crash(): Promise<void>;
  close(): Promise<void>;
};

/** Why hosts cannot be made here; undefined when they can. */
export function whyNoHosts(): string | undefined {
  if (process.getuid?.() !== 0) return "only root may make network namespaces";
  const probe = `spiderpig-probe-${process.pid}`;
  const made = run("ip", ["netns", "add", probe]);
  if (made !== undefined) return `network namespaces cannot be made: ${made}`;
  const fault = run("ip", ["netns", "exec", probe, "unshare", "--mount", "true"]);
  run("ip", ["netns", "del", probe]);
  return fault === undefined ? undefined : `mount namespaces cannot be made: ${fault}`;
}

let hostCount = 0;

/** @param directory for its files. @param databaseUrl as this process reaches it. */
export async function createHost(options: {
  name: string;
  directory: string;
  databaseUrl: string;
}): Promise<Host> {
  const { name } = options;
  hostCount += 1;
  const id = `${process.pid % 100_000}${String.fromCodePoint(96 + (hostCount % 26))}`;
  const namespace = `spiderpig-${id}`;
  const [outer, inner] = [`sp${id}o`, `sp${id}i`];
  // Of the range that is set aside for trying out networks.
  const network = `198.18.${process.pid % 256}.${(hostCount * 4) % 252}`.split(".").map(Number);
  const address = (offset: number): string => [...network.slice(0, 3), (network[3] ?? 0) + offset].join(".");
  const dataDir = join(options.directory, name);
  const bootIdFile = join(options.directory, `${name}-boot-id`);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  writeFileSync(bootIdFile, `${randomUUID()}\n`);

  must("ip", ["netns", "add", namespace]);
  must("ip", ["link", "add", outer, "type", "veth", "peer", "name", inner, "netns", namespace]);
  must("ip", ["addr", "add", `${address(1)}/30`, "dev", outer]);
  must("ip", ["link", "set", outer, "up"]);
  must("ip", ["-n", namespace, "addr", "add", `${address(2)}/30`, "dev", inner]);
  must("ip", ["-n", namespace, "link", "set", inner, "up"]);
  must("ip", ["-n", namespace, "link", "set", "lo", "up"]);
  const database = new URL(options.databaseUrl);
  const relay = await startRelay(address(1), Number(database.port));
  database.hostname = address(1);
  database.port = String(relay.port);

  return {
    name,
    dataDir,
    env: { WORKER_HOST: name, DATA_DIR: dataDir, DATABASE_URL: database.href },
    through() {
      const ownBootId = `mount --bind '${bootIdFile}' /proc/sys/kernel/random/boot_id && exec "$@"`;
      return ["ip", "netns", "exec", namespace, "unshare", "--mount", "sh", "-c", ownBootId, "sh"];
    },
    pullCable(end) {
      if (end === "near") must("ip", ["-n", namespace, "link", "set", inner, "down"]);
      else must("ip", ["link", "set", outer, "down"]);
    },
    plugIn() {
      must("ip", ["-n", namespace, "link", "set", inner, "up"]);
      must("ip", ["link", "set", outer, "up"]);
    },
    async crash() {
      await until("everything on the host to be gone", () => {
        const running = processesOf(dataDir);
        for (const { pid } of running) killHard(pid);
        return running.length === 0;
      });
      writeFileSync(bootIdFile, `${randomUUID()}\n`);
    },
    async close() {
      for (const { pid } of processesOf(dataDir)) killHard(pid);
      await relay.close();
      run("ip", ["link", "del", outer]);
      run("ip", ["netns", "del", namespace]);
    },
  };
}

/** The database listens on this machine's loopback only, which no other network reaches. */
async function startRelay(
  address: string,
  toPort: number,
): Promise<{ port: number; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    const onward = createConnection({ host: "127.0.0.1", port: toPort });
    for (const [one, other] of [
      [socket, onward],
      [onward, socket],
    ] as const) {
      sockets.add(one);
      one.on("error", () => other.destroy());
      one.on("close", () => {
        sockets.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, address, resolve);
  });
  const listening = server.address();
  return {
    port: typeof listening === "object" && listening !== null ? listening.port : 0,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** @returns what went wrong. */
function run(program: string, args: readonly string[]): string | undefined {
  const done = spawnSync(program, args, { encoding: "utf8" });
  if (done.error !== undefined) return done.error.message;
  return done.status === 0 ? undefined : done.stderr.trim() || `exit ${done.status}`;
}

function must(program: string, args: readonly string[]): void {
  const fault = run(program, args);
  if (fault !== undefined) throw new Error(`${program} ${args.join(" ")}: ${fault}`);
}

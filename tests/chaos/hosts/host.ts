// Simulates hosts on one machine: each has its own network with one link to the database, a data directory, and a boot id that
// changes when it reboots. Made of network and mount namespaces, which need root; the link is a pair of virtual interfaces,
// and cutting it loses packets as a real failure does.
import { spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { createConnection, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { killHard, processesOf } from "../../../scripts/processes.ts";
import { until } from "../../support/until.ts";

export type LinkEnd = "near" | "far";

export type Host = {
  readonly name: string;
  readonly dataDir: string;
  /** Settings of its workers. */
  readonly env: Record<string, string>;
  /** The command before a program that makes it run on this host; it keeps the process id. */
  commandPrefix: () => string[];
  /** Cuts the link: at the near end the host sees that the network is down, at the far end packets are lost silently. */
  disconnect: (end: LinkEnd) => void;
  reconnect: () => void;
  /** Kills all its processes and changes its boot id, as a reboot does. */
  crash(): Promise<void>;
  close(): Promise<void>;
};

/** Why hosts cannot be simulated here; undefined when they can. */
export function unsupportedReason(): string | undefined {
  if (process.getuid?.() !== 0) return "network namespaces need root";
  const probe = `spiderpig-probe-${process.pid}`;
  const made = run("ip", ["netns", "add", probe]);
  if (made !== undefined) return `network namespaces cannot be created: ${made}`;
  const error = run("ip", ["netns", "exec", probe, "unshare", "--mount", "true"]);
  run("ip", ["netns", "del", probe]);
  return error === undefined ? undefined : `mount namespaces cannot be created: ${error}`;
}

let hostCount = 0;

/** @param directory for its files. @param databaseUrl the address from this process. */
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
  // From the range reserved for network tests.
  const network = `198.18.${process.pid % 256}.${(hostCount * 4) % 252}`.split(".").map(Number);
  const address = (offset: number): string => [...network.slice(0, 3), (network[3] ?? 0) + offset].join(".");
  const dataDir = join(options.directory, name);
  const bootIdFile = join(options.directory, `${name}-boot-id`);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  writeFileSync(bootIdFile, `${randomUUID()}\n`);

  runOrThrow("ip", ["netns", "add", namespace]);
  runOrThrow("ip", ["link", "add", outer, "type", "veth", "peer", "name", inner, "netns", namespace]);
  runOrThrow("ip", ["addr", "add", `${address(1)}/30`, "dev", outer]);
  runOrThrow("ip", ["link", "set", outer, "up"]);
  runOrThrow("ip", ["-n", namespace, "addr", "add", `${address(2)}/30`, "dev", inner]);
  runOrThrow("ip", ["-n", namespace, "link", "set", inner, "up"]);
  runOrThrow("ip", ["-n", namespace, "link", "set", "lo", "up"]);
  const database = new URL(options.databaseUrl);
  const relay = await startRelay(address(1), Number(database.port));
  database.hostname = address(1);
  database.port = String(relay.port);

  return {
    name,
    dataDir,
    env: { WORKER_HOST: name, DATA_DIR: dataDir, DATABASE_URL: database.href },
    commandPrefix() {
      const ownBootId = `mount --bind '${bootIdFile}' /proc/sys/kernel/random/boot_id && exec "$@"`;
      return ["ip", "netns", "exec", namespace, "unshare", "--mount", "sh", "-c", ownBootId, "sh"];
    },
    disconnect(end) {
      if (end === "near") runOrThrow("ip", ["-n", namespace, "link", "set", inner, "down"]);
      else runOrThrow("ip", ["link", "set", outer, "down"]);
    },
    reconnect() {
      runOrThrow("ip", ["-n", namespace, "link", "set", inner, "up"]);
      runOrThrow("ip", ["link", "set", outer, "up"]);
    },
    async crash() {
      await until("all processes of the host to exit", () => {
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

/** Relays to the database, which only listens on the loopback interface. */
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

/** @returns the error message, or undefined. */
function run(program: string, args: readonly string[]): string | undefined {
  const done = spawnSync(program, args, { encoding: "utf8" });
  if (done.error !== undefined) return done.error.message;
  return done.status === 0 ? undefined : done.stderr.trim() || `exit ${done.status}`;
}

function runOrThrow(program: string, args: readonly string[]): void {
  const error = run(program, args);
  if (error !== undefined) throw new Error(`${program} ${args.join(" ")}: ${error}`);
}

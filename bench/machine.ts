// What the figures were measured on, without which they say nothing.
import { statfsSync } from "node:fs";
import { availableParallelism, cpus, loadavg, release, totalmem } from "node:os";
import { query } from "#lib/db/connection.ts";
import type { World } from "./world/world.ts";

export type Machine = {
  cpu: string;
  cores: number;
  memoryGb: number;
  kernel: string;
  node: string;
  postgres: string;
  fsync: string;
  disk: string;
  /** Average load of the last minute before anything was measured. */
  loadBefore: number;
};

const TMPFS = 0x01021994;

export async function describeMachine(world: World, loadBefore: number): Promise<Machine> {
  const setting = async (name: string): Promise<string> => {
    const [row] = await query<{ value: string }>(world.db, "select current_setting($1) as value", [name]);
    return row?.value ?? "unknown";
  };
  return {
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 1024 ** 3),
    kernel: release(),
    node: process.version,
    postgres: await setting("server_version"),
    fsync: await setting("fsync"),
    disk:
      statfsSync(world.dataDir).type === TMPFS ? "in memory (set TMPDIR to a directory on a disk)" : "disk",
    loadBefore,
  };
}

export function load(): number {
  return loadavg()[0] ?? 0;
}

export function machineText(machine: Machine): string {
  return [
    `  ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGb} GB, Linux ${machine.kernel}`,
    `  Node ${machine.node}, PostgreSQL ${machine.postgres} (fsync ${machine.fsync}, ${machine.disk}), load before ${machine.loadBefore.toFixed(1)}`,
  ].join("\n");
}

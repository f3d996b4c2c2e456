// Describes the machine. Results cannot be compared without it.
import { statfsSync } from "node:fs";
import { availableParallelism, cpus, loadavg, release, totalmem } from "node:os";
import { query } from "#lib/db/connection.ts";
import type { Installation } from "./installation/installation.ts";

export type Machine = {
  cpu: string;
  cores: number;
  memoryGb: number;
  kernel: string;
  node: string;
  postgres: string;
  fsync: string;
  disk: string;
  /** Load average of the minute before the first benchmark. */
  loadBefore: number;
};

const TMPFS = 0x01021994;

export async function describeMachine(installation: Installation, loadBefore: number): Promise<Machine> {
  const setting = async (name: string): Promise<string> => {
    const [row] = await query<{ value: string }>(installation.db, "select current_setting($1) as value", [
      name,
    ]);
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
      statfsSync(installation.dataDir).type === TMPFS
        ? "in memory (set TMPDIR to a directory on a disk)"
        : "disk",
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

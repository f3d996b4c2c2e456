"use client";
import { useOverview } from "../../client/use-overview.tsx";
import { plural } from "../../text/format.ts";
import { Status } from "./status.tsx";

/** Nothing starts without a worker, so its absence is worth a word in red; its presence a quiet one. */
export function WorkerStatus() {
  const { health } = useOverview().overview;
  if (health === null) return null;
  if (health.database === "unreachable") return <Status tone="error" text="Database not reachable" />;
  if (health.workers === 0) return <Status tone="error" text="No worker: jobs do not start" />;
  return <Status tone="success" text={plural(health.workers, "worker", "workers")} isMinor />;
}

"use client";
import { useOverview } from "../../client/use-overview.tsx";
import { plural } from "../../text/format.ts";
import { Status } from "./status.tsx";

/** The number of workers. Without one no job starts, so that is shown as an error. */
export function WorkerStatus() {
  const { health } = useOverview().overview;
  if (health === null) return null;
  if (health.database === "unreachable") return <Status tone="error" text="Database unreachable" />;
  if (health.workers === 0) return <Status tone="error" text="No workers connected" />;
  return <Status tone="success" text={plural(health.workers, "worker", "workers")} isMinor />;
}

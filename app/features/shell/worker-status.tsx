"use client";
import { useOverview } from "../../client/use-overview.tsx";
import { healthLabel } from "../../text/start-text.ts";
import { Status } from "./status.tsx";

/** The number of workers, or the error that keeps every job from starting. */
export function WorkerStatus() {
  const { health } = useOverview().overview;
  return health === null ? null : <Status {...healthLabel(health)} />;
}

import { countWorkers } from "../db/runs.ts";
import type { Health } from "../wire/schemas.ts";
import { VERSION } from "./live/overview-channel.ts";
import { services } from "./services.ts";

/** Never throws: a database that is away is an answer. */
export async function readHealth(): Promise<Health> {
  try {
    const workers = await countWorkers(services().db);
    return { status: workers > 0 ? "ok" : "degraded", database: "ok", workers, version: VERSION };
  } catch (error) {
    services().log.warn("health: the database did not answer", { error });
    return { status: "degraded", database: "unreachable", workers: 0, version: VERSION };
  }
}

import { countWorkers } from "../db/workers.ts";
import type { Health } from "../contract/service.ts";
import { healthOf } from "./live/health-of.ts";
import { services } from "./services.ts";

/** Never throws: an unreachable database is a result. */
export async function readHealth(): Promise<Health> {
  try {
    return healthOf("ok", await countWorkers(services().db));
  } catch (error) {
    services().log.warn("health: the database did not respond", { error });
    return healthOf("unreachable", 0);
  }
}

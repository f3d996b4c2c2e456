import { VERSION } from "../../version.ts";
import type { Health } from "../../contract/service.ts";

/** Without a worker nothing can be deployed, so that is not `ok` either. */
export function healthOf(database: Health["database"], workers: number): Health {
  const status = database === "ok" && workers > 0 ? "ok" : "degraded";
  return { status, database, workers, version: VERSION };
}

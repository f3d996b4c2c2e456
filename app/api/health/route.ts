import { readHealth } from "#lib/web/health.ts";
import { json } from "#lib/web/route.ts";

export const dynamic = "force-dynamic";

/** Open to everybody: a load balancer asks it. It names no job and no person. */
export async function GET(): Promise<Response> {
  const health = await readHealth();
  return json(health, health.database === "ok" ? 200 : 503);
}

import { openApiDocument } from "#lib/contract/openapi.ts";
import { readHealth } from "#lib/web/health.ts";
import { renderMetrics } from "#lib/web/metrics.ts";
import { type Handlers, jsonResponse } from "#lib/web/router.ts";

export const serviceHandlers = {
  /** Load balancers use it. It names no job and no account. */
  health: async () => {
    const health = await readHealth();
    return jsonResponse(health, health.database === "ok" ? 200 : 503);
  },
  metrics: async () =>
    new Response(await renderMetrics(), {
      headers: { "content-type": "text/plain; version=0.0.4; charset=utf-8", "cache-control": "no-store" },
    }),
  openApi: async () => openApiDocument(),
} satisfies Partial<Handlers>;

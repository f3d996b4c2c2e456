import { openApiDocument } from "#lib/contract/openapi.ts";
import { readHealth } from "#lib/web/health.ts";
import { renderMetrics } from "#lib/web/metrics.ts";
import { metrics } from "#lib/metrics/registry.ts";
import { isDraining } from "#lib/web/shutdown.ts";
import { type Handlers, jsonResponse } from "#lib/web/router.ts";

export const serviceHandlers = {
  /** Load balancers use it. It names no job and no account. */
  health: async () => {
    const health = await readHealth();
    return jsonResponse(health, health.database === "ok" ? 200 : 503);
  },
  ready: async () => {
    const draining = isDraining();
    return jsonResponse({ status: draining ? "draining" : "ready" }, draining ? 503 : 200);
  },
  metrics: async () =>
    new Response(await renderMetrics(), {
      headers: { "content-type": metrics().registry.contentType, "cache-control": "no-store" },
    }),
  openApi: async () => openApiDocument(),
} satisfies Partial<Handlers>;

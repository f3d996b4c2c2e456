import { renderMetrics } from "#lib/web/metrics.ts";
import { route } from "#lib/web/route.ts";

export const dynamic = "force-dynamic";

export const GET = route(
  { action: "view" },
  async () =>
    new Response(await renderMetrics(), {
      headers: { "content-type": "text/plain; version=0.0.4; charset=utf-8", "cache-control": "no-store" },
    }),
);

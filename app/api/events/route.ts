import { route, streamed } from "#lib/web/route.ts";
import { services } from "#lib/web/services.ts";

export const dynamic = "force-dynamic";

export const GET = route({ action: "view" }, async ({ request }) =>
  streamed(request, "view", services().live.watchOverview()),
);

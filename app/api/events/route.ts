import { streamResponse } from "#lib/web/live/stream.ts";
import { route } from "#lib/web/route.ts";
import { services } from "#lib/web/services.ts";

export const dynamic = "force-dynamic";

export const GET = route({ action: "view" }, async () => streamResponse(services().live.watchOverview()));

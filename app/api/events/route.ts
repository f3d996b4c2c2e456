import { services } from "#lib/web/services.ts";
import { streamRoute } from "#lib/web/stream-route.ts";

export const dynamic = "force-dynamic";

export const GET = streamRoute({}, () => Promise.resolve(services().live.watchOverview()));

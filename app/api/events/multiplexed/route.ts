import { services } from "#lib/web/services.ts";
import { streamRoute } from "#lib/web/stream-route.ts";
import { multiplexedEventsQuery } from "#lib/contract/events.ts";

export const dynamic = "force-dynamic";

export const GET = streamRoute({ query: multiplexedEventsQuery }, ({ query }) =>
  Promise.resolve(services().live.watchTogether(query.jobs)),
);

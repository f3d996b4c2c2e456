import { readJob } from "#lib/actions/create-job.ts";
import { parseCursor } from "#lib/web/live/job-channel.ts";
import { jobParams } from "#lib/web/route.ts";
import { services } from "#lib/web/services.ts";
import { streamRoute } from "#lib/web/stream-route.ts";
import { jobEventsQuery } from "#lib/contract/events.ts";

export const dynamic = "force-dynamic";

export const GET = streamRoute(
  { params: jobParams, query: jobEventsQuery },
  async ({ request, params, query }) => {
    const { db, live } = services();
    await readJob(db, params.id);
    const cursor = parseCursor(request.headers.get("last-event-id")) ?? {
      eventSeq: 0,
      line: query.afterLine,
    };
    return live.watchJob(params.id, cursor, query.lost);
  },
);

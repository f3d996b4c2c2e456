import { readJob } from "#lib/actions/read-job.ts";
import { parseCursor } from "#lib/web/live/job-channel.ts";
import { openProbeStream } from "#lib/web/live/probe-stream.ts";
import type { Handlers } from "#lib/web/router.ts";
import { services } from "#lib/web/services.ts";

export const eventHandlers = {
  watchJob: async ({ request, user, params, query }) => {
    const { db, live } = services();
    await readJob(db, params.id);
    const cursor = parseCursor(request.headers.get("last-event-id"));
    return live.watchJob(params.id, cursor ?? { eventSeq: 0, line: query.afterLine }, {
      user,
      lost: query.lost,
    });
  },
  watchOverview: async () => services().live.watchOverview(),
  watchMultiplexed: async ({ user, query }) => services().live.watchTogether(query, user),
  probeStream: async () => openProbeStream(),
} satisfies Partial<Handlers>;

import { freezeLane, unfreezeLane } from "#lib/actions/freeze-lane.ts";
import { releaseLane } from "#lib/actions/release-lane.ts";
import type { Handlers } from "#lib/web/router.ts";
import { services } from "#lib/web/services.ts";

export const laneHandlers = {
  freezeLane: async ({ user, params: { lane }, body: { reason, until } }) => {
    await freezeLane(services(), user, { lane, reason, until: until === undefined ? null : new Date(until) });
    return { lane, reason, frozenBy: user.name, until: until ?? null };
  },
  unfreezeLane: ({ user, params }) => unfreezeLane(services(), user, params.lane),
  releaseLane: ({ user, params, body }) =>
    releaseLane(services(), user, { jobId: params.id, note: body.note }),
} satisfies Partial<Handlers>;

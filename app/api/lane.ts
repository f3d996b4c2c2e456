import { freezeLane, unfreezeLane } from "#lib/actions/freeze-lane.ts";
import { drainHost, switchLane, undrainHost } from "#lib/actions/manage-hosts.ts";
import { releaseLane } from "#lib/actions/release-lane.ts";
import { listHosts } from "#lib/db/hosts.ts";
import { listLanes } from "#lib/db/lanes.ts";
import type { Handlers } from "#lib/web/router.ts";
import { services } from "#lib/web/services.ts";

export const laneHandlers = {
  listHosts: async () => ({ hosts: await listHosts(services().db) }),
  listLanes: async () => ({ lanes: await listLanes(services().db) }),
  freezeLane: async ({ user, origin, params: { lane }, body: { reason, until } }) => {
    const end = until === undefined ? null : new Date(until);
    await freezeLane({ ...services(), origin }, user, { lane, reason, until: end });
    return { lane, reason, frozenBy: user.name, until: until ?? null };
  },
  unfreezeLane: ({ user, origin, params }) => unfreezeLane({ ...services(), origin }, user, params.lane),
  switchLane: ({ user, origin, params, body }) =>
    switchLane({ ...services(), origin, actor: user.name }, { ...params, ...body }),
  drainHost: ({ user, origin, params, body }) =>
    drainHost({ ...services(), origin, actor: user.name }, { ...params, ...body }),
  undrainHost: ({ user, origin, params }) =>
    undrainHost({ ...services(), origin, actor: user.name }, params.host),
  releaseLane: ({ user, origin, params, body }) =>
    releaseLane({ ...services(), origin }, user, { jobId: params.id, note: body.note }),
} satisfies Partial<Handlers>;

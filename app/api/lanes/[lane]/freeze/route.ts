import { freezeLane, unfreezeLane } from "#lib/actions/freeze-lane.ts";
import { json, laneParams, route } from "#lib/web/route.ts";
import { services } from "#lib/web/services.ts";
import { freezeRequest } from "#lib/contract/lane.ts";

export const dynamic = "force-dynamic";

export const PUT = route(
  { action: "freeze_lane", params: laneParams, body: freezeRequest },
  async ({ user, params, body }) => {
    const until = body.until === undefined ? null : new Date(body.until);
    await freezeLane(services(), user, { lane: params.lane, reason: body.reason, until });
    return json({ lane: params.lane, reason: body.reason, frozenBy: user.name, until: body.until ?? null });
  },
);

export const DELETE = route({ action: "freeze_lane", params: laneParams }, async ({ user, params }) => {
  await unfreezeLane(services(), user, params.lane);
  return new Response(null, { status: 204 });
});

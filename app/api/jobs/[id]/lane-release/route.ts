import { releaseLane } from "#lib/actions/release-lane.ts";
import { jobParams, json, route } from "#lib/web/route.ts";
import { services } from "#lib/web/services.ts";
import { laneReleaseRequest } from "#lib/contract/lane.ts";

export const dynamic = "force-dynamic";

export const POST = route(
  { action: "release_lane", params: jobParams, body: laneReleaseRequest },
  async ({ user, params, body }) =>
    json(await releaseLane(services(), user, { jobId: params.id, note: body.note })),
);

import { loadLogMatches } from "#lib/web/loaders.ts";
import { jobParams, json, route } from "#lib/web/route.ts";
import { logMatchesQuery } from "#lib/contract/log.ts";

export const dynamic = "force-dynamic";

export const GET = route(
  { action: "view", params: jobParams, query: logMatchesQuery },
  async ({ user, params, query }) => json(await loadLogMatches(user, params.id, query.q, query.fromLine)),
);

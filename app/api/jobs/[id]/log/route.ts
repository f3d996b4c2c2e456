import { loadLog } from "#lib/web/loaders.ts";
import { jobParams, json, route } from "#lib/web/route.ts";
import { logQuery } from "#lib/contract/log.ts";

export const dynamic = "force-dynamic";

export const GET = route(
  { action: "view", params: jobParams, query: logQuery },
  async ({ user, params, query }) => json(await loadLog(user, params.id, query.fromLine, query.limit)),
);

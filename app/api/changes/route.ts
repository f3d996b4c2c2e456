import { lookUpChanges } from "#lib/actions/look-up-changes.ts";
import { json, route } from "#lib/web/route.ts";
import { services } from "#lib/web/services.ts";
import { changeQuery } from "#lib/contract/change.ts";

export const dynamic = "force-dynamic";

export const GET = route({ action: "view", query: changeQuery }, async ({ query }) => {
  const { gerrit, gerritUrl } = services();
  return json({ changes: await lookUpChanges(gerrit, gerritUrl, query.q) });
});

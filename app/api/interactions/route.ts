import { listPendingInteractions } from "#lib/db/job-rows.ts";
import { json, route } from "#lib/web/route.ts";
import { services } from "#lib/web/services.ts";
import { interactionsQuery } from "#lib/contract/interaction.ts";

export const dynamic = "force-dynamic";

export const GET = route({ action: "view", query: interactionsQuery }, async () =>
  json({ interactions: await listPendingInteractions(services().db) }),
);

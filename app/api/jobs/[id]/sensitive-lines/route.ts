import { showSensitiveLines } from "#lib/actions/show-sensitive-lines.ts";
import { jobParams, json, route } from "#lib/web/route.ts";
import { services } from "#lib/web/services.ts";

export const dynamic = "force-dynamic";

/** POST, because asking for them is an event in the job's history. */
export const POST = route({ action: "see_sensitive_output", params: jobParams }, async ({ user, params }) =>
  json({ lines: await showSensitiveLines(services(), user, params.id) }),
);

import { declareLost } from "#lib/actions/declare-lost.ts";
import { jobParams, json, route } from "#lib/web/route.ts";
import { services } from "#lib/web/services.ts";
import { lossRequest } from "#lib/contract/job.ts";

export const dynamic = "force-dynamic";

export const POST = route(
  { action: "declare_lost", params: jobParams, body: lossRequest },
  async ({ user, params, body }) =>
    json(await declareLost(services(), user, { jobId: params.id, note: body.note })),
);

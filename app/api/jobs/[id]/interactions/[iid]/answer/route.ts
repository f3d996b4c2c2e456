import { answerInteraction } from "#lib/actions/answer-interaction.ts";
import { interactionParams, json, route } from "#lib/web/route.ts";
import { services } from "#lib/web/services.ts";
import { answerRequest } from "#lib/contract/interaction.ts";

export const dynamic = "force-dynamic";

export const PUT = route(
  { action: "answer_interaction", params: interactionParams, body: answerRequest },
  async ({ user, params, body }) =>
    json(
      await answerInteraction(services(), user, {
        jobId: params.id,
        interactionId: params.iid,
        value: body.value,
      }),
    ),
);

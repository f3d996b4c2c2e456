import { answerInteraction } from "#lib/actions/answer-interaction.ts";
import { listPendingInteractions } from "#lib/db/job-rows.ts";
import type { Handlers } from "#lib/web/router.ts";
import { services } from "#lib/web/services.ts";

export const interactionHandlers = {
  listInteractions: async () => ({ interactions: await listPendingInteractions(services().db) }),
  answerInteraction: ({ user, params, body }) =>
    answerInteraction(services(), user, {
      jobId: params.id,
      interactionId: params.iid,
      value: body.value,
      confirmsErrors: body.confirmsErrors,
    }),
} satisfies Partial<Handlers>;

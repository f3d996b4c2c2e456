import {
  addWebhook,
  deleteWebhook,
  readDeliveries,
  readWebhooks,
  replayDelivery,
  setWebhookDisabled,
  testWebhook,
} from "#lib/actions/webhooks.ts";
import { config } from "#lib/config.ts";
import type { Origin } from "#lib/domain/audit.ts";
import type { User } from "#lib/domain/permission.ts";
import { createWebhookContext } from "#lib/notify/notifier.ts";
import type { Handlers } from "#lib/web/router.ts";
import { services } from "#lib/web/services.ts";

export const webhookHandlers = {
  listWebhooks: async () => ({ webhooks: await readWebhooks(services()) }),
  addWebhook: (input) => addWebhook(contextOf(input), input.body),
  setWebhookDisabled: (input) => setWebhookDisabled(contextOf(input), input.params.id, input.body.isDisabled),
  deleteWebhook: (input) => deleteWebhook(contextOf(input), input.params.id),
  testWebhook: (input) => testWebhook(contextOf(input), input.params.id),
  listWebhookDeliveries: ({ params }) => readDeliveries(services(), params.id),
  replayWebhookDelivery: (input) =>
    replayDelivery(contextOf(input), input.params.id, input.params.deliveryId),
} satisfies Partial<Handlers>;

function contextOf({ user, origin }: { user: User; origin: Origin }) {
  const { db, log } = services();
  const { webhookNetworks: networks } = config();
  return { ...createWebhookContext(db, log, config()), networks, origin, actor: user.name };
}

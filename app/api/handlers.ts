// A handler for each endpoint of lib/contract.
import type { Handlers } from "#lib/web/router.ts";
import { accountHandlers } from "./account.ts";
import { adminHandlers } from "./admin.ts";
import { changeHandlers } from "./change.ts";
import { errorRateHandlers } from "./error-rate.ts";
import { eventHandlers } from "./events.ts";
import { insightHandlers } from "./insight.ts";
import { interactionHandlers } from "./interaction.ts";
import { jobHandlers } from "./job.ts";
import { laneHandlers } from "./lane.ts";
import { logHandlers } from "./log.ts";
import { notificationHandlers } from "./notification.ts";
import { operationHandlers } from "./operation.ts";
import { ownAccountHandlers } from "./own-account.ts";
import { personHandlers } from "./person.ts";
import { queueHandlers } from "./queue.ts";
import { secondFactorHandlers } from "./second-factor.ts";
import { serviceHandlers } from "./service.ts";
import { webhookHandlers } from "./webhook.ts";
import { windowHandlers } from "./window.ts";
import { trainHandlers } from "./train.ts";

export const handlers: Handlers = {
  ...jobHandlers,
  ...insightHandlers,
  ...interactionHandlers,
  ...logHandlers,
  ...eventHandlers,
  ...laneHandlers,
  ...changeHandlers,
  ...operationHandlers,
  ...personHandlers,
  ...accountHandlers,
  ...adminHandlers,
  ...ownAccountHandlers,
  ...secondFactorHandlers,
  ...notificationHandlers,
  ...queueHandlers,
  ...webhookHandlers,
  ...windowHandlers,
  ...errorRateHandlers,
  ...serviceHandlers,
  ...trainHandlers,
};

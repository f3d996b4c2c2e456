// Every file of the HTTP interface, and every endpoint by the name of its operation. app/api/handlers.ts has a handler for
// each endpoint, and openapi.json describes each, with the schemas that the files export.
import type { Endpoint } from "./endpoint.ts";
import * as account from "./account.ts";
import * as admin from "./admin.ts";
import * as change from "./change.ts";
import * as errorRate from "./error-rate.ts";
import * as events from "./events.ts";
import * as insight from "./insight.ts";
import * as interaction from "./interaction.ts";
import * as job from "./job.ts";
import * as jobRequest from "./job-request.ts";
import * as lane from "./lane.ts";
import * as log from "./log.ts";
import * as notification from "./notification.ts";
import * as operation from "./operation.ts";
import * as ownAccount from "./own-account.ts";
import * as person from "./person.ts";
import * as queue from "./queue.ts";
import * as revert from "./revert.ts";
import * as secondFactor from "./second-factor.ts";
import * as service from "./service.ts";
import * as webhook from "./webhook.ts";
import * as window from "./window.ts";
import * as signal from "./signal.ts";
import * as train from "./train.ts";

/** By their nouns. One list, because openapi.json would describe a schema of a missing file again in each endpoint. */
export const contractFiles = {
  account,
  admin,
  change,
  errorRate,
  events,
  insight,
  interaction,
  job,
  jobRequest,
  lane,
  log,
  notification,
  ownAccount,
  operation,
  person,
  queue,
  revert,
  secondFactor,
  service,
  webhook,
  window,
  signal,
  train,
};

export const endpoints = {
  ...job.jobEndpoints,
  ...insight.insightEndpoints,
  ...interaction.interactionEndpoints,
  ...log.logEndpoints,
  ...events.eventEndpoints,
  ...lane.laneEndpoints,
  ...change.changeEndpoints,
  ...account.accountEndpoints,
  ...admin.adminEndpoints,
  ...ownAccount.ownAccountEndpoints,
  ...secondFactor.secondFactorEndpoints,
  ...notification.notificationEndpoints,
  ...operation.operationEndpoints,
  ...person.personEndpoints,
  ...queue.queueEndpoints,
  ...revert.revertEndpoints,
  ...errorRate.errorEndpoints,
  ...service.serviceEndpoints,
  ...webhook.webhookEndpoints,
  ...window.windowEndpoints,
  ...train.trainEndpoints,
} as const satisfies Record<string, Endpoint>;

export type EndpointName = keyof typeof endpoints;

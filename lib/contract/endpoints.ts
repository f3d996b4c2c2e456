// Every endpoint of the HTTP interface, by the name of its operation. app/api/handlers.ts has a handler for each.
import { accountEndpoints } from "./account.ts";
import { changeEndpoints } from "./change.ts";
import type { Endpoint } from "./endpoint.ts";
import { eventEndpoints } from "./events.ts";
import { interactionEndpoints } from "./interaction.ts";
import { jobEndpoints } from "./job.ts";
import { laneEndpoints } from "./lane.ts";
import { logEndpoints } from "./log.ts";
import { notificationEndpoints } from "./notification.ts";
import { serviceEndpoints } from "./service.ts";

export const endpoints = {
  ...jobEndpoints,
  ...interactionEndpoints,
  ...logEndpoints,
  ...eventEndpoints,
  ...laneEndpoints,
  ...changeEndpoints,
  ...accountEndpoints,
  ...notificationEndpoints,
  ...serviceEndpoints,
} as const satisfies Record<string, Endpoint>;

export type EndpointName = keyof typeof endpoints;

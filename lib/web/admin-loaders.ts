// What the pages of administrators load on the server, with the user that the page has authorised.
import type { AuditEvent, AuditFilter, Person } from "../contract/admin.ts";
import type { Host } from "../contract/lane.ts";
import { permit } from "../auth/authorise.ts";
import { listAuditEvents } from "../db/audit-search.ts";
import { listHosts } from "../db/hosts.ts";
import { listLaneNames } from "../db/lanes.ts";
import { listPeople } from "../db/people.ts";
import type { Webhook, WebhookDelivery } from "../contract/webhook.ts";
import { readDeliveries, readWebhooks } from "../actions/webhooks.ts";
import type { User } from "../domain/permission.ts";
import { services } from "./services.ts";

export async function loadPeople(user: User): Promise<Person[]> {
  permit(user, "manage_people");
  return listPeople(services().db);
}

const AUDIT_PAGE_EVENTS = 50;

export async function loadAudit(
  user: User,
  filter: AuditFilter,
  olderThan: number | undefined,
): Promise<{ events: AuditEvent[]; hasOlder: boolean }> {
  permit(user, "view_audit");
  const found = await listAuditEvents(services().db, filter, olderThan, AUDIT_PAGE_EVENTS + 1);
  return { events: found.slice(0, AUDIT_PAGE_EVENTS), hasOlder: found.length > AUDIT_PAGE_EVENTS };
}

/** All lanes that were ever used, those of the operations, which can be frozen before any job was in them, and the hosts. */
export async function loadLanes(user: User): Promise<{ names: string[]; hosts: Host[] }> {
  permit(user, "freeze_lane");
  const { db, operations } = services();
  const [used, hosts] = await Promise.all([listLaneNames(db), listHosts(db)]);
  const names = new Set([...used, ...operations.list().map(({ lane }) => lane)]);
  return { names: [...names].toSorted(), hosts };
}

export async function loadWebhooks(user: User): Promise<Webhook[]> {
  permit(user, "manage_webhooks");
  return readWebhooks(services());
}

/** @throws AppError webhook_not_found. */
export async function loadWebhookDeliveries(
  user: User,
  id: number,
): Promise<{ webhook: Webhook; deliveries: WebhookDelivery[] }> {
  permit(user, "manage_webhooks");
  return readDeliveries(services(), id);
}

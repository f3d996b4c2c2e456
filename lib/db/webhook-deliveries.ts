// What is sent to each webhook, and what became of it. An event of the history of a job has one delivery for each webhook,
// however often the job is checked.
import type {
  WebhookDeliveryState,
  WebhookEvent,
  WebhookEventKind,
  WebhookPayload,
  WebhookTemplate,
} from "../domain/webhook.ts";
import { type Database, query, type Transaction } from "./connection.ts";
import { interactionKind, outcome, reached } from "./enums.ts";
import {
  boolean,
  enumOf,
  firstRow,
  integer,
  jsonb,
  nullable,
  onlyRow,
  type RowOf,
  rows,
  statement,
  text,
  textOf,
  timestamptz,
  uuid,
} from "./statement.ts";

/** Of a job with more changes the first ones are sent. */
const CHANGES_MAX = 20;

const JOB_EVENT = {
  seq: integer,
  at: timestamptz,
  kind: textOf<WebhookEventKind>(),
  actor: nullable(text),
  reminder: nullable(integer),
  operation: text,
  lane: text,
  requestedBy: text,
  outcome: nullable(enumOf(outcome)),
  reached: enumOf(reached),
  changes: nullable(jsonb<{ number: number; subject: string }[]>()),
  changeCount: integer,
  questionId: nullable(integer),
  questionKind: nullable(enumOf(interactionKind)),
  message: nullable(text),
  followsKeyPress: nullable(boolean),
  answerText: nullable(text),
};
export type WebhookJobEvent = RowOf<typeof JOB_EVENT>;

const JOB_EVENTS = statement(
  JOB_EVENT,
  `select e.seq, e.at, e.kind, e.actor, (e.data ->> 'reminder')::integer as reminder,
          j.kind as operation, j.lane, j.requested_by as "requestedBy", j.outcome, j.reached,
          (select jsonb_agg(jsonb_build_object('number', c.number, 'subject', left(c.subject, 200)) order by c.position)
           from spiderpig.change c where c.job_id = j.id and c.position <= ${CHANGES_MAX}) as changes,
          (select count(*)::integer from spiderpig.change c where c.job_id = j.id) as "changeCount",
          i.id as "questionId", i.kind as "questionKind", i.message,
          (select p.kind = 'screen' from spiderpig.interaction p
           where p.job_id = i.job_id and p.id < i.id
           order by p.id desc limit 1) as "followsKeyPress",
          a.text as "answerText"
   from spiderpig.job_event e
   join spiderpig.job j on j.id = e.job_id
   left join spiderpig.interaction i on i.id = e.interaction_id
   left join spiderpig.answer a on a.interaction_id = i.id
   where e.job_id = $1
     and e.kind = any($2::text[])
     and e.at > now() - interval '1 day'
     and exists (select from notification.webhook w where w.disabled_at is null and w.enabled_at <= e.at)
     and not exists (
       select from notification.webhook_delivery d where d.job_id = e.job_id and d.event_seq = e.seq)
   order by e.seq`,
);

/**
 * Events of the job that no webhook has a delivery for. Not those that are older than a day: deliveries are kept for longer, so
 * nothing is sent twice.
 */
export async function listNewJobEvents(
  tx: Transaction,
  jobId: number,
  kinds: readonly WebhookEventKind[],
): Promise<WebhookJobEvent[]> {
  return rows(tx, JOB_EVENTS, [jobId, kinds]);
}

const INSERT_DELIVERIES = statement(
  { id: uuid },
  `insert into notification.webhook_delivery (webhook_id, job_id, event_seq, payload, next_attempt_at)
   select w.id, $2, $3, $4, now()
   from notification.webhook w
   where w.disabled_at is null and w.enabled_at <= $5 and $1 = any(w.events)
   order by w.id
   on conflict (job_id, event_seq, webhook_id) do nothing
   returning id`,
);

/** For each webhook that wants the event, unless another process was first. @returns their ids. */
export async function insertDeliveries(
  tx: Transaction,
  type: WebhookEvent,
  payload: WebhookPayload,
  source: { at: Date; jobId?: number; seq?: number },
): Promise<string[]> {
  const { at, jobId = null, seq = null } = source;
  const inserted = await rows(tx, INSERT_DELIVERIES, [type, jobId, seq, payload, at]);
  return inserted.map(({ id }) => id);
}

const INSERT_DELIVERY = statement(
  { id: uuid },
  `insert into notification.webhook_delivery (webhook_id, payload, state, error)
   values ($1, $2, 'failed', 'Not sent: the attempt was interrupted.')
   returning id`,
);

/** To one webhook, whatever events it wants, for one attempt. */
export async function insertDelivery(
  tx: Transaction,
  webhookId: number,
  payload: WebhookPayload,
): Promise<string> {
  return (await onlyRow(tx, INSERT_DELIVERY, [webhookId, payload])).id;
}

const OUTGOING = {
  id: uuid,
  webhookId: integer,
  webhookName: text,
  host: text,
  encryptedUrl: text,
  encryptedSecret: text,
  template: textOf<WebhookTemplate>(),
  isDisabled: boolean,
  payload: jsonb<WebhookPayload>(),
  state: textOf<WebhookDeliveryState>(),
  attempts: integer,
};
export type OutgoingDelivery = RowOf<typeof OUTGOING>;

const OUTGOING_DELIVERY = statement(
  OUTGOING,
  `select d.id, w.id as "webhookId", w.name as "webhookName", w.host, w.encrypted_url as "encryptedUrl",
          w.encrypted_secret as "encryptedSecret", w.template, w.disabled_at is not null as "isDisabled", d.payload,
          d.state::text as state, d.attempts
   from notification.webhook_delivery d
   join notification.webhook w on w.id = d.webhook_id
   where d.id = $1`,
);

/** With what is needed to send it. */
export async function findOutgoingDelivery(db: Database, id: string): Promise<OutgoingDelivery | undefined> {
  return firstRow(db, OUTGOING_DELIVERY, [id]);
}

export type RecordedAttempt = {
  state: WebhookDeliveryState;
  nextAttemptAt: Date | undefined;
  durationMs: number;
  responseStatus: number | undefined;
  responseBody: string | undefined;
  error: string | undefined;
  /** At the request of a person, who wants to see the result. */
  isOnRequest: boolean;
};

/** Unless it is on request, a result that another process has recorded meanwhile is kept. */
export async function recordAttempt(tx: Transaction, id: string, attempt: RecordedAttempt): Promise<void> {
  await tx.execute(
    `update notification.webhook_delivery
     set state = $2, attempts = attempts + 1, attempted_at = now(), next_attempt_at = $3, duration_ms = $4,
         response_status = $5, response_body = $6, error = $7
     where id = $1 and (state = 'pending' or $8)`,
    [
      id,
      attempt.state,
      attempt.nextAttemptAt ?? null,
      Math.round(attempt.durationMs),
      attempt.responseStatus ?? null,
      attempt.responseBody ?? null,
      attempt.error ?? null,
      attempt.isOnRequest,
    ],
  );
}

/** It is not sent, for example because its webhook is disabled. */
export async function recordNotSent(db: Database, id: string, error: string): Promise<void> {
  await query(
    db,
    `update notification.webhook_delivery set state = 'failed', next_attempt_at = null, error = $2
     where id = $1 and state = 'pending'`,
    [id, error],
  );
}

const DELIVERY = {
  id: uuid,
  webhookId: integer,
  type: text,
  jobId: nullable(integer),
  createdAt: timestamptz,
  state: textOf<WebhookDeliveryState>(),
  attempts: integer,
  attemptedAt: nullable(timestamptz),
  nextAttemptAt: nullable(timestamptz),
  durationMs: nullable(integer),
  responseStatus: nullable(integer),
  responseBody: nullable(text),
  error: nullable(text),
};
export type WebhookDelivery = RowOf<typeof DELIVERY>;

/** Expects the delivery as `d`. */
const DELIVERY_COLUMNS = `d.id, d.webhook_id as "webhookId", coalesce(d.payload ->> 'type', '') as type, d.job_id as "jobId",
       d.created_at as "createdAt", d.state::text as state, d.attempts, d.attempted_at as "attemptedAt",
       d.next_attempt_at as "nextAttemptAt", d.duration_ms as "durationMs", d.response_status as "responseStatus",
       d.response_body as "responseBody", d.error`;

const DELIVERIES = statement(
  DELIVERY,
  `select ${DELIVERY_COLUMNS}
   from notification.webhook_delivery d
   where d.webhook_id = $1
   order by d.created_at desc, d.id
   limit $2`,
);

/** The newest first. */
export async function listDeliveries(
  db: Database,
  webhookId: number,
  limit: number,
): Promise<WebhookDelivery[]> {
  return rows(db, DELIVERIES, [webhookId, limit]);
}

const DELIVERY_BY_ID = statement(
  DELIVERY,
  `select ${DELIVERY_COLUMNS} from notification.webhook_delivery d where d.id = $1`,
);

export async function findDelivery(db: Database, id: string): Promise<WebhookDelivery | undefined> {
  return firstRow(db, DELIVERY_BY_ID, [id]);
}

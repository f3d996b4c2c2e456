// Reads the audit, the newest events first.
import type { AuditEvent, AuditFilter } from "../contract/admin.ts";
import type { AuditChannel, AuditKind } from "../domain/audit.ts";
import type { Database } from "./connection.ts";
import { integer, jsonb, nullable, rows, statement, text, textOf, timestamptz } from "./statement.ts";

const LIST = statement(
  {
    id: integer,
    at: timestamptz,
    kind: textOf<AuditKind>(),
    actor: nullable(text),
    target: nullable(text),
    channel: textOf<AuditChannel>(),
    address: nullable(text),
    userAgent: nullable(text),
    requestId: nullable(text),
    details: jsonb<Record<string, unknown>>(),
  },
  `select a.id, a.at, a.kind, a.actor, a.target, a.channel, a.address, a.user_agent as "userAgent",
     a.request_id as "requestId", a.details
   from spiderpig.audit_event a
   where ($1::text[] is null or a.kind = any($1))
     and ($2::text is null or a.actor = $2)
     and ($3::text is null or a.target = $3)
     and ($4::timestamptz is null or a.at >= $4)
     and ($5::timestamptz is null or a.at < $5)
     and ($6::integer is null or a.id < $6)
   order by a.id desc
   limit $7`,
);

/** @param olderThan the number of an event; undefined for the newest. */
export async function listAuditEvents(
  db: Database,
  filter: AuditFilter,
  olderThan: number | undefined,
  limit: number,
): Promise<AuditEvent[]> {
  const { kind, actor, target, from, to } = filter;
  const found = await rows(db, LIST, [
    kind ?? null,
    actor ?? null,
    target ?? null,
    from ?? null,
    to ?? null,
    olderThan ?? null,
    limit,
  ]);
  return found.map(({ at, ...event }) => ({ ...event, at: at.toISOString() }));
}

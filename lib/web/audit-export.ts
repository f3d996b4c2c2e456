// The audit as a CSV file, without a limit. It is streamed a page at a time, so that its length costs no memory, and a
// client that stops reading stops the queries.
import type { AuditEvent, AuditFilter } from "../contract/admin.ts";
import { listAuditEvents } from "../db/audit-search.ts";
import type { Database } from "../db/connection.ts";
import { csvLine } from "./csv.ts";

const EVENTS_PER_READ = 500;

const COLUMNS: Record<keyof AuditEvent, (event: AuditEvent) => string | number | null> = {
  id: ({ id }) => id,
  at: ({ at }) => at,
  kind: ({ kind }) => kind,
  actor: ({ actor }) => actor,
  target: ({ target }) => target,
  channel: ({ channel }) => channel,
  address: ({ address }) => address,
  userAgent: ({ userAgent }) => userAgent,
  requestId: ({ requestId }) => requestId,
  details: ({ details }) => JSON.stringify(details),
};

export async function auditAsCsv(db: Database, filter: AuditFilter): Promise<Response> {
  const encoder = new TextEncoder();
  // Before the response begins: an error of the database is a problem document then.
  let page = await listAuditEvents(db, filter, undefined, EVENTS_PER_READ);
  let isFirst = true;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const head = isFirst ? csvLine(Object.keys(COLUMNS)) : "";
      isFirst = false;
      const lines = page.map((event) => csvLine(Object.values(COLUMNS).map((cell) => cell(event))));
      controller.enqueue(encoder.encode(head + lines.join("")));
      const last = page.at(-1);
      if (last === undefined || page.length < EVENTS_PER_READ) return controller.close();
      page = await listAuditEvents(db, filter, last.id, EVENTS_PER_READ);
    },
  });
  return new Response(body, {
    headers: {
      "content-type": "text/csv; charset=utf-8; header=present",
      "content-disposition": 'attachment; filename="audit.csv"',
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
    },
  });
}

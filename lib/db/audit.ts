// The only writer of the audit. It takes the transaction of the action, so that neither exists without the other, and
// writes one line to the log when that transaction is committed.
import { logFields, type NewAuditEvent, type Origin } from "../domain/audit.ts";
import { createLog, type Log } from "../log.ts";
import type { Transaction } from "./connection.ts";
import { firstRow, integer, nullable, onlyRow, statement, text, timestamptz } from "./statement.ts";

/** A browser sends at most a few hundred characters; a program can send more. */
const USER_AGENT_LENGTH_MAX = 500;

const APPEND = statement(
  { id: integer, at: timestamptz },
  `insert into spiderpig.audit_event (kind, actor, target, channel, address, user_agent, request_id, details)
   values ($1, $2, $3, $4, $5, $6, $7, $8)
   returning id, at`,
);

export async function appendAuditEvent(tx: Transaction, origin: Origin, event: NewAuditEvent): Promise<void> {
  const { kind, actor, target, details = {} } = event;
  const userAgent = origin.userAgent?.slice(0, USER_AGENT_LENGTH_MAX);
  const { id, at } = await onlyRow(tx, APPEND, [
    kind,
    actor ?? null,
    target ?? null,
    origin.channel,
    origin.address ?? null,
    userAgent ?? null,
    origin.requestId ?? null,
    details,
  ]);
  // A command's output goes to the terminal of its caller, and that of `token` is the token.
  if (origin.channel === "command_line") return;
  const fields = logFields({ ...event, id, at, origin: { ...origin, userAgent } });
  tx.afterCommit(() => auditLog().info(`audit: ${kind}`, fields));
}

/** What a person does with their own account. */
export function appendOwnAuditEvent(
  tx: Transaction,
  origin: Origin,
  name: string,
  event: Pick<NewAuditEvent, "kind" | "details">,
): Promise<void> {
  return appendAuditEvent(tx, origin, { ...event, actor: name, target: name });
}

/** To the end of the transaction. */
export async function lockPolicyRecord(tx: Transaction): Promise<void> {
  await tx.execute("select pg_advisory_xact_lock(hashtextextended('spiderpig policy', 0))");
}

const LAST_POLICY = statement(
  { digest: nullable(text) },
  `select a.details ->> 'digest' as digest from spiderpig.audit_event a
   where a.kind = 'policy_changed'
   order by a.id desc
   limit 1`,
);

/** Of the policy that was recorded last; undefined if there was none. */
export async function findLastPolicyDigest(tx: Transaction): Promise<string | undefined> {
  const row = await firstRow(tx, LAST_POLICY);
  return row?.digest ?? undefined;
}

let log: Log | undefined;

/** Created at first use: the module is also loaded where there are no settings. */
function auditLog(): Log {
  log ??= createLog("audit");
  return log;
}

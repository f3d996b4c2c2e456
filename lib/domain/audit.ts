// The audit: who did what to accounts, tokens, lanes, policies and secrets, and from where. What happens to a job is its
// history (lib/db/events.ts); an action that belongs to both is recorded in both.

/** Every kind of audit event. */
export const AUDIT_KINDS = [
  "signed_in",
  "sign_in_failed",
  "signed_out",
  "account_added",
  "account_disabled",
  "account_enabled",
  "account_deleted",
  "account_linked",
  "role_changed",
  "password_changed",
  "sessions_ended",
  "all_sessions_ended",
  "second_factor_added",
  "second_factor_removed",
  "second_factor_failed",
  "token_created",
  "token_revoked",
  "sensitive_lines_shown",
  "lane_frozen",
  "lane_unfrozen",
  "lane_released",
  "lane_switched",
  "host_drained",
  "host_undrained",
  "job_declared_lost",
  "job_hold_released",
  "webhook_added",
  "webhook_disabled",
  "webhook_enabled",
  "webhook_deleted",
  "webhook_tested",
  "webhook_replayed",
  "policy_changed",
  "policy_overridden",
] as const;
export type AuditKind = (typeof AUDIT_KINDS)[number];

/** How an action reached the program. `system`: SpiderPig acted by itself, for example when a group was removed. */
export const AUDIT_CHANNELS = ["session", "token", "command_line", "system"] as const;
export type AuditChannel = (typeof AUDIT_CHANNELS)[number];

/** Where an action came from: of a request its address, browser and id; of a command only the channel. */
export type Origin = {
  channel: AuditChannel;
  address?: string | undefined;
  userAgent?: string | undefined;
  requestId?: string | undefined;
};

export type NewAuditEvent = {
  kind: AuditKind;
  /** The account that acted, or the operating-system user of a command; undefined if it is not known. */
  actor?: string | undefined;
  /** What was acted on: the name of an account or a lane, or `job 12`. */
  target?: string | undefined;
  /** By kind. Never a secret. */
  details?: Record<string, string | number | boolean | null> | undefined;
};

export type AuditEvent = NewAuditEvent & { id: number; at: Date; origin: Origin };

/** The fields of its line in the log. Their names and values are those of the Elastic Common Schema. */
export function logFields({ id, at, kind, actor, target, details, origin }: AuditEvent) {
  return {
    // The row; the line is written a moment later.
    "event.created": at.toISOString(),
    "event.id": String(id),
    "event.action": kind,
    "event.category": [categoryOf(kind)],
    "event.outcome": kind.endsWith("_failed") ? "failure" : "success",
    "user.name": actor,
    "user.target.name": target,
    "source.ip": origin.address,
    "user_agent.original": origin.userAgent,
    "http.request.id": origin.requestId,
    channel: origin.channel,
    details,
  };
}

function categoryOf(kind: AuditKind): string {
  if (/^sign(ed)?_|_factor_failed$/.test(kind)) return "authentication";
  if (/^(account|role|password|second_factor|token|sessions|all_sessions)_/.test(kind)) return "iam";
  return "configuration";
}

/** How the target of an event about a job is written. */
export function jobTarget(jobId: number): string {
  return `job ${jobId}`;
}

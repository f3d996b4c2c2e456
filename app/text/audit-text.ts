// Labels of audit events, and their details as text. Pure.
import type { AuditEvent } from "#lib/contract/admin.ts";
import type { AuditChannel, AuditKind } from "#lib/domain/audit.ts";
import { visibleText } from "#lib/domain/visible-text.ts";

export const AUDIT_LABELS: Record<AuditKind, string> = {
  signed_in: "Signed in",
  sign_in_failed: "Sign-in failed",
  signed_out: "Signed out",
  account_added: "Account added",
  account_disabled: "Account disabled",
  account_enabled: "Account enabled",
  account_deleted: "Account deleted",
  account_linked: "Account linked",
  role_changed: "Role changed",
  password_changed: "Password changed",
  sessions_ended: "Sessions ended",
  all_sessions_ended: "All sessions ended",
  second_factor_added: "Second factor added",
  second_factor_removed: "Second factor removed",
  second_factor_failed: "Second factor failed",
  token_created: "Token created",
  token_revoked: "Token revoked",
  sensitive_lines_shown: "Hidden lines shown",
  lane_frozen: "Lane frozen",
  lane_unfrozen: "Lane unfrozen",
  lane_released: "Lane released",
  lane_switched: "Lane switched to another host",
  host_drained: "Host drained",
  host_undrained: "Drain of host ended",
  job_declared_lost: "Job declared lost",
  job_hold_released: "Held job released",
  webhook_added: "Webhook added",
  webhook_disabled: "Webhook disabled",
  webhook_enabled: "Webhook enabled",
  webhook_deleted: "Webhook deleted",
  webhook_tested: "Webhook tested",
  webhook_replayed: "Webhook delivery replayed",
  policy_changed: "Policy changed",
  policy_overridden: "Policy overridden",
};

export const CHANNEL_LABELS: Record<AuditChannel, string> = {
  session: "Browser",
  token: "API token",
  command_line: "Command line",
  system: "SpiderPig",
};

/** "role: deployer, sessions: 2"; a change as "viewer → deployer". Empty values and zeros are left out. */
export function auditDetails({ details }: Pick<AuditEvent, "details">): string {
  const { from, to, ...others } = details;
  const change = from !== undefined && to !== undefined ? [`${textOf(from)} → ${textOf(to)}`] : [];
  const facts = Object.entries(others)
    .filter(([, value]) => value !== null && value !== "" && value !== 0)
    .map(([name, value]) => `${wordsOf(name)}: ${textOf(value)}`);
  return visibleText([...change, ...facts].join(", "));
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value.replaceAll("_", " ") : JSON.stringify(value);
}

/** "heldJobs" as "held jobs". */
function wordsOf(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

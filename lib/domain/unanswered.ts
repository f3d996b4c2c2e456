// Unanswered questions: reminders with exponential backoff, and expiry if a policy is configured. SpiderPig never answers a question by
// itself. Pure: the time is a parameter.
import type { SignalKind } from "./signal.ts";

/** Signals that the policy may send to scap when its question expires. Never an answer, and never a kill. */
export const EXPIRY_ACTIONS = ["interrupt", "terminate"] as const satisfies readonly SignalKind[];
export type ExpiryAction = (typeof EXPIRY_ACTIONS)[number];

export type ExpiryPolicy = { afterMs: number; action: ExpiryAction };

/** Stored in place of a person's name for signals of the policy, so no account may have this name. */
export const POLICY_ACTOR = "policy";

const HOUR_MS = 3_600_000;

/**
 * The time of the next reminder: first after `afterMs`, then the interval doubles until it is an hour. With ten minutes: after 10, 30,
 * 70 and 130 minutes, then every hour. Counted from the previous reminder, so that a worker that was stopped for long sends one
 * reminder. @returns undefined for never
 */
export function nextReminderAt(
  asked: { askedAt: Date; remindedAt: Date | null; reminders: number },
  afterMs: number,
): Date | undefined {
  if (afterMs <= 0) return undefined;
  const intervalMsMax = Math.max(afterMs, HOUR_MS);
  const intervalMs = Math.min(afterMs * 2 ** asked.reminders, intervalMsMax);
  return new Date((asked.remindedAt ?? asked.askedAt).getTime() + intervalMs);
}

/** After a signal of a person the policy waits this long before it acts. */
export const SIGNAL_COOLDOWN_SECONDS = 10;

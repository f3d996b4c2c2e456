// A question that nobody answers: people are reminded at growing distance, and only if a policy says so it expires.
// Nothing is ever answered in their place: nobody has read it. Pure; the time is handed in.
import type { SignalKind } from "./signal.ts";

/** What the policy may do to a scap whose question has expired. Never an answer, and never a kill. */
export const EXPIRY_ACTIONS = ["interrupt", "terminate"] as const satisfies readonly SignalKind[];
export type ExpiryAction = (typeof EXPIRY_ACTIONS)[number];

export type ExpiryPolicy = { afterMs: number; action: ExpiryAction };

/** Who asked for what the policy did: stands where otherwise the name of a person does, so nobody may have it. */
export const POLICY_ACTOR = "policy";

const HOUR_MS = 3_600_000;

/**
 * When people are to be reminded next: first after `afterMs`, then the distance doubles until it is an hour. With ten
 * minutes: after 10, 30, 70 and 130 minutes, then every hour. Counted from the reminder before, so that whoever comes
 * back after a long night reminds once. @returns undefined for never.
 */
export function nextReminderAt(
  asked: { askedAt: Date; remindedAt: Date | null; reminders: number },
  afterMs: number,
): Date | undefined {
  if (afterMs <= 0) return undefined;
  const longestMs = Math.max(afterMs, HOUR_MS);
  const distanceMs = Math.min(afterMs * 2 ** asked.reminders, longestMs);
  return new Date((asked.remindedAt ?? asked.askedAt).getTime() + distanceMs);
}

/** A person who has just stopped scap has dealt with it; the policy looks again later. */
export const SIGNAL_REST_SECONDS = 10;

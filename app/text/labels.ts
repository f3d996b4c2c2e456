// The words and tones for every state, in one place. Each table is a Record over the domain's own union, so a
// new state is a type error here until somebody says how it is shown.
import { visibleText } from "#lib/domain/visible-text.ts";
import type { DeliveryState } from "#lib/domain/interaction-mode.ts";
import { isTerminal, type JobState, type Outcome } from "#lib/domain/job.ts";
import type { Role } from "#lib/domain/permission.ts";
import type { SignalKind } from "#lib/domain/signal.ts";
import type { ExpiryAction } from "#lib/domain/unanswered.ts";
import type { Change } from "#lib/contract/change.ts";
import type { JobSummary, SignalRecord } from "#lib/contract/job.ts";

export type Tone = "neutral" | "progressive" | "warning" | "success" | "error";

export const STATE_LABELS: Record<JobState, { label: string; tone: Tone }> = {
  queued: { label: "In the queue", tone: "neutral" },
  running: { label: "Running", tone: "progressive" },
  waiting: { label: "Waits for an answer", tone: "warning" },
  succeeded: { label: "Finished", tone: "success" },
  failed: { label: "Failed", tone: "error" },
  cancelled: { label: "Cancelled", tone: "neutral" },
  lost: { label: "Lost", tone: "error" },
};

/** What the outcome says in a word; app/text/outcome-text.ts says the rest. */
export const OUTCOME_LABELS: Record<Outcome, { label: string; tone: Tone }> = {
  completed: { label: "Deployed", tone: "success" },
  nothing_to_deploy: { label: "Nothing to deploy", tone: "success" },
  prepared: { label: "Prepared", tone: "neutral" },
  declined: { label: "Declined", tone: "neutral" },
  refused: { label: "Refused", tone: "error" },
  rolled_back: { label: "Rolled back", tone: "error" },
  rollback_failed: { label: "Rollback failed", tone: "error" },
  exit_nonzero: { label: "Failed", tone: "error" },
  interrupted: { label: "Interrupted", tone: "error" },
  killed: { label: "Killed", tone: "error" },
  spawn_failed: { label: "Did not start", tone: "error" },
  cancelled_while_queued: { label: "Cancelled", tone: "neutral" },
  holder_lost: { label: "Lost", tone: "error" },
  unclear: { label: "Result unknown", tone: "warning" },
};

/** What an ended job came to, or what a live one is doing. */
export function jobLabel(job: Pick<JobSummary, "state" | "outcome">): { label: string; tone: Tone } {
  return isTerminal(job.state) && job.outcome !== null
    ? OUTCOME_LABELS[job.outcome]
    : STATE_LABELS[job.state];
}

export const DELIVERY_LABELS: Record<DeliveryState, { label: string; tone: Tone }> = {
  accepted: { label: "Accepted, being typed into scap", tone: "progressive" },
  consumed: { label: "scap read it", tone: "success" },
  not_consumed: {
    label: "scap did not read it, so it was taken back. If scap asks again, answer again.",
    tone: "warning",
  },
  undelivered: {
    label: "It did not reach scap, as far as is known: scap had stopped asking or was gone.",
    tone: "warning",
  },
};

/** What a signal does is in app/text/stop-effect.ts: it depends on where the job is. */
export const SIGNAL_LABELS: Record<SignalKind, { action: string; done: string; isDestructive: boolean }> = {
  interrupt: { action: "Interrupt the current step", done: "Interrupt", isDestructive: false },
  interrupt_group: { action: "Press Ctrl-C", done: "Ctrl-C", isDestructive: true },
  terminate: { action: "Terminate scap", done: "Terminate", isDestructive: true },
  kill: { action: "Kill scap", done: "Kill", isDestructive: true },
};

/** What the expiry of a question does to scap, before and after. */
export const EXPIRY_LABELS: Record<ExpiryAction, { will: string; was: string }> = {
  interrupt: { will: "scap will be interrupted", was: "scap was interrupted" },
  terminate: { will: "scap will be terminated", was: "scap was terminated" },
};

/** Who asked for a signal, as people say it. */
export function signalledBy(signal: Pick<SignalRecord, "requestedBy" | "expiredInteractionId">): string {
  return signal.expiredInteractionId === null ? signal.requestedBy : "policy (nobody answered)";
}

export const ROLE_LABELS: Record<Role, { label: string; permissions: string }> = {
  viewer: { label: "Viewer", permissions: "sees everything, changes nothing" },
  deployer: { label: "Deployer", permissions: "starts, answers and stops jobs" },
  admin: {
    label: "Admin",
    permissions: "a deployer who may also free a lane, freeze it, and declare a job lost",
  },
};

/** "1234" or "1234, 1235 and 1237": for sentences. */
export function changeNumbers(changes: readonly Pick<Change, "number">[]): string {
  const numbers = changes.map((change) => String(change.number));
  const last = numbers.at(-1) ?? "";
  return numbers.length < 2 ? last : `${numbers.slice(0, -1).join(", ")} and ${last}`;
}

/** What the deploy button will do, and nothing else. */
export function deployLabel(changes: readonly Pick<Change, "number">[]): string {
  if (changes.length === 0) return "Deploy";
  return changes.length === 1
    ? `Deploy change ${changeNumbers(changes)}`
    : `Deploy ${changes.length} changes`;
}

/** What a job is about: the subject of its only change, or the first one and how many more. */
export function jobSubject(changes: readonly Pick<Change, "number" | "subject">[]): string {
  const [first, ...others] = changes;
  if (first === undefined) return "no changes";
  const more = others.length === 0 ? "" : ` and ${others.length} more`;
  return `${first.number} ${visibleText(first.subject)}${more}`;
}

/** scap appends what it deploys to the name of its outermost phase; the page says that elsewhere. */
export function phaseLabel(name: string): string {
  const text = visibleText(name);
  const colon = text.indexOf(": ");
  return colon === -1 ? text : text.slice(0, colon);
}

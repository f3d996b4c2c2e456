// Labels and tones for every state, in one place. Each table is a Record over a union of the domain, so a new state is a
// type error here until it has a label.
import { TRAIN } from "#lib/domain/train.ts";
import { visibleText } from "#lib/domain/visible-text.ts";
import type { DeliveryState } from "#lib/domain/interaction-mode.ts";
import { isTerminal, type JobState, type Outcome } from "#lib/domain/job.ts";
import type { Role } from "#lib/domain/permission.ts";
import type { SignalKind } from "#lib/domain/signal.ts";
import type { ExpiryAction } from "#lib/domain/unanswered.ts";
import type { Change } from "#lib/contract/change.ts";
import type { JobSummary } from "#lib/contract/job.ts";
import type { SignalRecord } from "#lib/contract/signal.ts";
import { trainSubject } from "./train-text.ts";

export type Tone = "neutral" | "progressive" | "warning" | "success" | "error";

export const STATE_LABELS: Record<JobState, { label: string; tone: Tone }> = {
  queued: { label: "Queued", tone: "neutral" },
  running: { label: "Running", tone: "progressive" },
  waiting: { label: "Waiting for input", tone: "warning" },
  succeeded: { label: "Finished", tone: "success" },
  failed: { label: "Failed", tone: "error" },
  cancelled: { label: "Cancelled", tone: "neutral" },
  lost: { label: "Lost", tone: "error" },
};

/** The outcome in one or two words; of a job that completed, `jobLabel` says what it did. app/text/outcome-text.ts has the details. */
export const OUTCOME_LABELS: Record<Outcome, { label: string; tone: Tone }> = {
  completed: { label: "Completed", tone: "success" },
  nothing_to_deploy: { label: "Nothing to deploy", tone: "success" },
  prepared: { label: "Prepared", tone: "neutral" },
  declined: { label: "Declined", tone: "neutral" },
  refused: { label: "Refused", tone: "error" },
  rolled_back: { label: "Rolled back", tone: "error" },
  rollback_failed: { label: "Rollback failed", tone: "error" },
  exit_nonzero: { label: "Failed", tone: "error" },
  interrupted: { label: "Interrupted", tone: "error" },
  killed: { label: "Killed", tone: "error" },
  spawn_failed: { label: "Failed to start", tone: "error" },
  cancelled_while_queued: { label: "Cancelled", tone: "neutral" },
  holder_lost: { label: "Lost", tone: "error" },
  unclear: { label: "Result unknown", tone: "warning" },
};

/** The outcome of an ended job, or the state of a live one. */
export function jobLabel({
  state,
  outcome,
  operation,
}: Pick<JobSummary, "state" | "outcome"> & { operation: { completedLabel: string } }): {
  label: string;
  tone: Tone;
} {
  if (!isTerminal(state) || outcome === null) return STATE_LABELS[state];
  const { label, tone } = OUTCOME_LABELS[outcome];
  return { label: outcome === "completed" ? operation.completedLabel : label, tone };
}

export const DELIVERY_LABELS: Record<DeliveryState, { label: string; tone: Tone }> = {
  accepted: { label: "Accepted, sending to scap", tone: "progressive" },
  consumed: { label: "Read by scap", tone: "success" },
  not_consumed: {
    label: "Not read by scap, so it was withdrawn. If scap asks again, answer again.",
    tone: "warning",
  },
  undelivered: {
    label: "Probably not delivered: scap had stopped asking or had exited.",
    tone: "warning",
  },
};

/** The effect of a signal depends on the situation of the job, see app/text/stop-effect.ts. */
export const SIGNAL_LABELS: Record<SignalKind, { action: string; done: string; isDestructive: boolean }> = {
  interrupt: { action: "Interrupt the current step", done: "Interrupted", isDestructive: false },
  interrupt_group: { action: "Press Ctrl-C", done: "Ctrl-C sent", isDestructive: true },
  terminate: { action: "Terminate scap", done: "Terminated", isDestructive: true },
  kill: { action: "Kill scap", done: "Killed", isDestructive: true },
};

/** The effect of an expired question on scap, before and after the expiry. */
export const EXPIRY_LABELS: Record<ExpiryAction, { will: string; was: string }> = {
  interrupt: { will: "scap will be interrupted", was: "scap was interrupted" },
  terminate: { will: "scap will be terminated", was: "scap was terminated" },
};

/** Who requested a signal: a person, or the expiry policy. */
export function signalledBy(signal: Pick<SignalRecord, "requestedBy" | "expiredInteractionId">): string {
  return signal.expiredInteractionId === null ? signal.requestedBy : "policy (no answer)";
}

export const ROLE_LABELS: Record<Role, { label: string; permissions: string }> = {
  viewer: { label: "Viewer", permissions: "can view everything" },
  deployer: { label: "Deployer", permissions: "can start, answer and stop jobs" },
  admin: {
    label: "Admin",
    permissions: "can also release and freeze lanes, and declare jobs lost",
  },
};

/** "1234" or "1234, 1235 and 1237". */
export function changeNumbers(changes: readonly Pick<Change, "number">[]): string {
  const numbers = changes.map((change) => String(change.number));
  const last = numbers.at(-1) ?? "";
  return numbers.length < 2 ? last : `${numbers.slice(0, -1).join(", ")} and ${last}`;
}

/** The label of the deploy button: exactly what it does. */
export function deployLabel(changes: readonly { number: number | string }[]): string {
  const [only] = changes;
  if (only === undefined) return "Deploy";
  return changes.length === 1 ? `Deploy change ${only.number}` : `Deploy ${changes.length} changes`;
}

type JobWithSubject = Pick<JobSummary, "kind" | "operation" | "parameters"> & {
  changes: readonly Pick<Change, "number" | "subject">[];
};

/** What a job does, in one line: "1234 Enable the feature and 2 more", "Revert: 1234 …", "Lock deployments: switchover". */
export function jobSubject(job: JobWithSubject): string {
  const [first, ...others] = job.changes;
  const more = others.length === 0 ? "" : ` and ${others.length} more`;
  const subject = first === undefined ? parametersText(job) : `${changeTitle(first)}${more}`;
  return [operationPrefix(job), subject].filter((part) => part !== "").join(": ");
}

export function changeTitle({ number, subject }: { number: number; subject: string }): string {
  return `${number} ${visibleText(subject)}`;
}

/** The name of the operation; empty for a backport, which is the usual one. */
export function operationPrefix({ kind, operation }: Pick<JobSummary, "kind" | "operation">): string {
  return kind === "backport" ? "" : visibleText(operation.name);
}

/** The values of a job without changes, in one line. */
export function parametersText({ kind, parameters }: Pick<JobSummary, "kind" | "parameters">): string {
  if (kind === TRAIN) return visibleText(trainSubject(parameters));
  return Object.entries(parameters)
    .flatMap(([name, value]) => (value === true ? [name] : typeof value === "string" ? [value] : []))
    .map(visibleText)
    .join(", ");
}

/** Removes what scap deploys from the name of its outermost phase, because the page shows that elsewhere. */
export function phaseLabel(name: string): string {
  const text = visibleText(name);
  const colon = text.indexOf(": ");
  return colon === -1 ? text : text.slice(0, colon);
}

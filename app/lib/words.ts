// The words and tones for every state, in one place. Each table is a Record over the domain's own union, so a
// new state is a type error here until somebody says how it is shown.
import { visibleText } from "#lib/domain/visible-text.ts";
import type { DeliveryState } from "#lib/domain/interaction.ts";
import { isTerminal, type JobState, type Outcome } from "#lib/domain/job.ts";
import type { Role } from "#lib/domain/permission.ts";
import type { SignalKind } from "#lib/domain/signal.ts";
import type { ExpiryAction } from "#lib/domain/unanswered.ts";
import type { Change, JobSummary, SignalRecord } from "#lib/wire/schemas.ts";

export type Tone = "neutral" | "progressive" | "warning" | "success" | "error";

export const STATE_WORDS: Record<JobState, { label: string; tone: Tone }> = {
  queued: { label: "In the queue", tone: "neutral" },
  running: { label: "Running", tone: "progressive" },
  waiting: { label: "Waits for an answer", tone: "warning" },
  succeeded: { label: "Finished", tone: "success" },
  failed: { label: "Failed", tone: "error" },
  cancelled: { label: "Cancelled", tone: "neutral" },
  lost: { label: "Lost", tone: "error" },
};

/** `sentence` says what is true now and what to do about it. */
export const OUTCOME_WORDS: Record<Outcome, { label: string; tone: Tone; sentence: string }> = {
  completed: {
    label: "Deployed",
    tone: "success",
    sentence: "Everything was deployed to production.",
  },
  nothing_to_deploy: {
    label: "Nothing to deploy",
    tone: "success",
    sentence: "scap found nothing that was not deployed already.",
  },
  declined: {
    label: "Declined",
    tone: "neutral",
    sentence: "A deployer said no, and scap ended without deploying.",
  },
  rolled_back: {
    label: "Rolled back",
    tone: "error",
    sentence:
      "The servers run what they ran before. The change is still in the code: merge a fix or a revert before the next backport.",
  },
  rollback_failed: {
    label: "Rollback failed",
    tone: "error",
    sentence: "Some servers may still run the change. Get help before anything else is deployed.",
  },
  exit_nonzero: {
    label: "Failed",
    tone: "error",
    sentence:
      "scap ended with an error. What it had deployed until then stays; the end of the log says how far it came and why.",
  },
  interrupted: {
    label: "Interrupted",
    tone: "error",
    sentence: "scap was stopped. Nothing was rolled back: servers that already had the change keep it.",
  },
  killed: {
    label: "Killed",
    tone: "error",
    sentence:
      "scap was ended without cleaning up. Nothing was rolled back, and its lock may remain. Check the servers.",
  },
  spawn_failed: {
    label: "Did not start",
    tone: "error",
    sentence: "scap could not be started on the deployment host. Nothing was deployed.",
  },
  cancelled_while_queued: {
    label: "Cancelled",
    tone: "neutral",
    sentence: "Taken out of the queue before it started. Nothing was deployed.",
  },
  holder_lost: {
    label: "Lost",
    tone: "error",
    sentence:
      "The terminal that scap ran in is gone, so nobody saw how it ended. Check the servers before you deploy again.",
  },
};

/** What an ended job came to, or what a live one is doing. */
export function jobWords(job: Pick<JobSummary, "state" | "outcome">): { label: string; tone: Tone } {
  return isTerminal(job.state) && job.outcome !== null ? OUTCOME_WORDS[job.outcome] : STATE_WORDS[job.state];
}

export const DELIVERY_WORDS: Record<DeliveryState, { label: string; tone: Tone }> = {
  accepted: { label: "Accepted, being typed into scap", tone: "progressive" },
  typed: { label: "Typed into scap", tone: "progressive" },
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

export type SignalWords = { action: string; done: string; explanation: string; isDestructive: boolean };

export const SIGNAL_WORDS: Record<SignalKind, SignalWords> = {
  interrupt: {
    action: "Interrupt the current step",
    done: "Interrupt",
    explanation:
      "Stops only what scap is running at this moment. scap itself goes on and can ask whether to retry or roll back.",
    isDestructive: false,
  },
  interrupt_group: {
    action: "Press Ctrl-C",
    done: "Ctrl-C",
    explanation:
      "The same as Ctrl-C in a terminal: scap and everything it started stop. Nothing is rolled back; servers that already have the change keep it.",
    isDestructive: true,
  },
  terminate: {
    action: "Terminate scap",
    done: "Terminate",
    explanation:
      "Tells scap to end (SIGTERM). Nothing is rolled back; servers that already have the change keep it.",
    isDestructive: true,
  },
  kill: {
    action: "Kill scap",
    done: "Kill",
    explanation:
      "Ends scap at once (SIGKILL), in the middle of whatever it does. Nothing is cleaned up: servers may differ from each other and scap's lock may remain. The last resort.",
    isDestructive: true,
  },
};

/** What the expiry of a question does to scap, before and after. */
export const EXPIRY_WORDS: Record<ExpiryAction, { will: string; was: string }> = {
  interrupt: { will: "scap will be interrupted", was: "scap was interrupted" },
  terminate: { will: "scap will be terminated", was: "scap was terminated" },
};

/** Who asked for a signal, as people say it. */
export function signalledBy(signal: Pick<SignalRecord, "requestedBy" | "expiredInteractionId">): string {
  return signal.expiredInteractionId === null ? signal.requestedBy : "policy (nobody answered)";
}

export const ROLE_WORDS: Record<Role, { label: string; mayDo: string }> = {
  viewer: { label: "Viewer", mayDo: "sees everything, changes nothing" },
  deployer: { label: "Deployer", mayDo: "starts, answers and stops jobs" },
  admin: { label: "Admin", mayDo: "a deployer who may also free a lane, freeze it, and declare a job lost" },
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

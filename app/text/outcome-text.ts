// Describes how a job ended: who decided, where the changes are now, and what to do. States nothing that the evidence
// does not show.
import { optionLabel } from "#lib/domain/answer-label.ts";
import type { Outcome, Reached } from "#lib/domain/job.ts";
import { REVERT } from "#lib/domain/operation.ts";
import { TRAIN } from "#lib/domain/train.ts";
import type { Decision } from "#lib/contract/decision.ts";
import type { Job } from "#lib/contract/job.ts";
import { questionSentence } from "#lib/domain/question-text.ts";

export type OutcomeText = {
  /** In display order. */
  sentences: string[];
  /** scap's own message, shown as a quotation. */
  quote: string | null;
};

type EndedJob = Pick<
  Job,
  | "kind"
  | "operation"
  | "changes"
  | "outcome"
  | "reached"
  | "reachIsPartial"
  | "isApproved"
  | "reason"
  | "reasonCode"
  | "decidedBy"
  | "ignoredChecks"
  | "endedProcesses"
  | "exitCode"
  | "exitSignal"
  | "totalLines"
>;

export function outcomeText(job: EndedJob): OutcomeText {
  const { outcome } = job;
  if (outcome === null) return { sentences: [], quote: null };
  const sentences = [
    ...eventSentences(job, outcome),
    ...locationSentences(job, outcome),
    ...processSentences(job),
  ];
  return { sentences, quote: isQuoted(outcome, job.decidedBy) ? job.reason : null };
}

/**
 * scap's message is left out where it adds nothing: after a decline, a planned end, and an interrupt at a question, for which
 * scap prints the command line and exit code of its child. While a step runs, the message names that step.
 */
function isQuoted(outcome: Outcome, by: Decision | null): boolean {
  if (outcome === "interrupted") return by === null || by.question === null;
  return outcome !== "declined" && outcome !== "completed" && outcome !== "prepared";
}

function eventSentences(job: EndedJob, outcome: Outcome): string[] {
  const { decidedBy: by } = job;
  switch (outcome) {
    case "completed":
      return [completedSentence(job), ...ignoredChecksSentence(job)];
    case "nothing_to_deploy":
      return [
        job.reasonCode === "beta_only"
          ? `${upper(theChanges(job))} only ${isOne(job) ? "concerns" : "concern"} the beta cluster.`
          : "scap found no commits to deploy.",
      ];
    case "prepared":
      return ["scap stopped before the sync, as requested."];
    case "declined":
      return [by === null ? "The deployment was cancelled at a question." : answerSentence(by)];
    case "refused":
      return [];
    case "rolled_back":
      return [
        ...(by === null ? [] : [answerSentence(by)]),
        isOnServers(job) ? "scap rolled back only some servers." : "scap rolled back all servers.",
      ];
    case "rollback_failed":
      return [
        ...(by === null ? [] : [answerSentence(by)]),
        "The rollback did not finish. Get help before anything else is deployed.",
      ];
    case "exit_nonzero":
      return [
        job.totalLines === 0
          ? `scap failed${exitDetail(job)} and printed nothing. Check the servers.`
          : `scap failed${exitDetail(job)}.`,
      ];
    case "interrupted":
      return [stopSentence(by, "interrupted", job)];
    case "killed":
      return [
        stopSentence(by, by?.signal === "terminate" ? "terminated" : "killed", job),
        "scap did not clean up, so its lock may remain.",
      ];
    case "spawn_failed":
      return ["scap could not be started on the deployment host. Nothing was deployed."];
    case "cancelled_while_queued":
      return [
        by === null
          ? "Removed from the queue before it started. Nothing was deployed."
          : `${by.user} removed it from the queue before it started. Nothing was deployed.`,
      ];
    case "holder_lost":
      return ["The process that held scap’s terminal is gone, so the result is unknown."];
    case "unclear":
      return [
        ...(by === null ? [] : [answerSentence(by)]),
        "scap exited without an error, but its output does not show what it deployed. Check the servers.",
      ];
  }
}

type DeployedJob = Pick<Job, "kind" | "changes">;

/** What a job without changes deploys is one thing: the code in the staging directory, or the versions that a train sets. */
const isOne = ({ changes }: DeployedJob): boolean => changes.length <= 1;
const theChanges = (job: DeployedJob): string => {
  if (job.changes.length === 0) return job.kind === TRAIN ? "the change of versions" : "the code";
  const noun = job.kind === REVERT ? "revert" : "change";
  return isOne(job) ? `the ${noun}` : `the ${noun}s`;
};

function completedSentence(job: EndedJob): string {
  if (job.operation.evidence === "exit_code") return "scap exited with code 0.";
  return `${upper(theChanges(job))} ${isOne(job) ? "is" : "are"} in production.`;
}

const upper = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

function answerSentence({ user, answer, question }: Decision): string {
  const at = question === null ? "" : ` to “${questionSentence(question)}”`;
  return `${user} answered ${answer === null ? "" : `“${optionLabel({ text: answer })}”`}${at}.`.replace(
    "  ",
    " ",
  );
}

function stopSentence(by: Decision | null, verb: string, job: EndedJob): string {
  const at = by?.question == null ? "" : ` at “${questionSentence(by.question)}”`;
  if (by === null) return `scap was ${verb}${exitDetail(job)}. SpiderPig did not request it.`;
  if (by.user === "policy") {
    return `The question was not answered in time, so scap was ${verb} by policy${at}.`;
  }
  return `${by.user} ${verb} scap${at}.`;
}

function exitDetail({ exitCode, exitSignal }: Pick<Job, "exitCode" | "exitSignal">): string {
  if (exitSignal !== null && exitSignal !== 0) return ` (signal ${exitSignal})`;
  return exitCode === null || exitCode === 0 ? "" : ` (exit code ${exitCode})`;
}

function ignoredChecksSentence({ ignoredChecks }: EndedJob): string[] {
  if (ignoredChecks.length === 0) return [];
  const people = list([...new Set(ignoredChecks.map(({ answeredBy }) => answeredBy))]);
  const checks = ignoredChecks.length === 1 ? "1 failed check" : `${ignoredChecks.length} failed checks`;
  return [`${people} ignored ${checks}.`];
}

function list(items: readonly string[]): string {
  return items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}

function locationSentences(job: EndedJob, outcome: Outcome): string[] {
  // Of a command that deploys nothing there is nothing to say, unless it did.
  if (job.operation.evidence === "exit_code" && job.reached === "nowhere") return [];
  switch (outcome) {
    case "completed":
    case "spawn_failed":
    case "cancelled_while_queued":
      return [];
    case "unclear":
      return furthestSeen(job);
    case "holder_lost":
      return [...furthestSeen(job), "Check the servers before you deploy again."];
    case "rolled_back":
      if (isOnServers(job)) return [changeLocation(job)];
      return job.reached === "nowhere" ? [] : [changeLocation(job, "rolled back")];
    case "nothing_to_deploy":
      return job.reasonCode === "beta_only" && job.reached === "merged"
        ? [
            `${isOne(job) ? "It is" : "They are"} merged, and production does not need ${isOne(job) ? "it" : "them"}.`,
          ]
        : [changeLocation(job)];
    case "rollback_failed":
      return [changeLocation(job, "rolled back")];
    case "prepared":
    case "declined":
    case "refused":
    case "exit_nonzero":
    case "interrupted":
    case "killed":
      return [changeLocation(job)];
  }
}

const isOnServers = ({ reached }: EndedJob): boolean => reached !== "nowhere" && reached !== "merged";

const LOCATIONS = {
  testservers: "the test servers",
  canaries: "the canaries",
  production: "production",
} as const satisfies Partial<Record<Reached, string>>;

/** How far the changes got, as far as the output shows; their current state is unknown. */
function furthestSeen({ reached, ...job }: EndedJob): string[] {
  const them = upper(theChanges(job));
  if (reached === "nowhere") return [];
  if (reached === "merged") return [`${them} ${isOne(job) ? "is" : "are"} merged.`];
  return [`${them} had reached ${LOCATIONS[reached]}.`];
}

/**
 * Where the changes of a job are.
 * @param when `so far`: the job is live, and the changes stay there if it ends now. `rolled back`: what a rollback left.
 */
export function changeLocation(
  job: DeployedJob & Pick<Job, "reached" | "reachIsPartial" | "isApproved">,
  when: "at the end" | "so far" | "rolled back" = "at the end",
): string {
  const [it, are] = isOne(job) ? ["it", "is"] : ["them", "are"];
  const them = theChanges(job);
  const orRevert = job.kind === REVERT ? "" : `, or revert ${it}`;
  const next = when === "at the end" ? ` Deploy ${it} again${orRevert}.` : "";
  const nothing = when === "so far" ? "Nothing has been deployed so far." : "Nothing was deployed.";
  switch (job.reached) {
    case "nowhere":
      return job.isApproved
        ? `${nothing} The +2 vote stays, so ${them} may still merge; the next backport would then include ${it}.${when === "at the end" ? " To prevent that, remove the vote in Gerrit." : ""}`
        : nothing;
    case "merged":
      return when === "rolled back"
        ? `${upper(them)} ${are} still merged. Merge a fix or a revert before the next backport.`
        : `${upper(them)} ${are} merged but not deployed. The next backport will include ${it}.`;
    case "testservers":
      return (
        (job.reachIsPartial ? `Some test servers may have ${them}.` : `The test servers have ${them}.`) + next
      );
    case "canaries":
      return (
        (job.reachIsPartial
          ? `The test servers have ${them}, and some canaries may have ${it}.`
          : `The test servers and the canaries have ${them}.`) + next
      );
    case "production":
      return job.reachIsPartial
        ? `The test servers and the canaries have ${them}, and some production servers may have ${it}.`
        : `Production has ${them}.`;
  }
}

function processSentences({ endedProcesses }: EndedJob): string[] {
  if (endedProcesses.length === 0) return [];
  const counts = new Map<string, number>();
  for (const name of endedProcesses) counts.set(name, (counts.get(name) ?? 0) + 1);
  const names = [...counts].map(([name, count]) => (count === 1 ? name : `${name} (${count})`));
  const shown = names.length > 5 ? [...names.slice(0, 5), `${names.length - 5} more`] : names;
  return [`SpiderPig ended processes that scap had left running: ${list(shown)}.`];
}

// Describes the effect of stopping a job in its current situation, before it is stopped: what the signal ends, where the
// changes are, and whether there is a safer way. Pure.
import type { InteractionOption } from "#lib/domain/interaction.ts";
import { isRollback } from "#lib/domain/option-meaning.ts";
import type { SignalKind } from "#lib/domain/signal.ts";
import type { Job } from "#lib/contract/job.ts";
import { changeLocation } from "./outcome-text.ts";
import { questionSentence } from "#lib/domain/question-text.ts";

/**
 * - `question`: scap is waiting for an answer;
 * - `kubernetes`: a Kubernetes step is running, which delays signals until it returns;
 * - `merging`: scap has voted and is waiting for Gerrit to merge;
 * - `beginning`: nothing has been changed yet;
 * - `running`: anything else.
 */
export type StopSituation = "question" | "kubernetes" | "merging" | "beginning" | "running";

export type StoppableJob = Pick<
  Job,
  "kind" | "changes" | "pendingInteraction" | "phases" | "reached" | "reachIsPartial" | "isApproved"
>;

const KUBERNETES_STEP = /^sync-[a-z]{1,40}-k8s\b/;

export function stopSituation(job: StoppableJob): StopSituation {
  if (job.pendingInteraction !== null) return "question";
  const current = job.phases.findLast(({ finishedAt }) => finishedAt === null);
  if (current !== undefined && KUBERNETES_STEP.test(current.name)) return "kubernetes";
  if (job.reached !== "nowhere") return "running";
  return job.isApproved ? "merging" : "beginning";
}

const KUBERNETES_DELAY = "Takes effect when the current Kubernetes step returns, which can take minutes.";

const INTERRUPT: Record<StopSituation, string> = {
  question: "scap is waiting for input, so it exits.",
  kubernetes: `${KUBERNETES_DELAY} scap then asks what to do, and can roll back.`,
  merging: "scap stops waiting for the merge and exits.",
  beginning: "scap exits.",
  running: "Interrupts only the command that scap is running now. scap then exits or asks what to do.",
};

/** Two or three sentences: what this signal ends, and where the changes are. */
export function stopEffect(kind: SignalKind, job: StoppableJob): string {
  const situation = stopSituation(job);
  return `${effectOf(kind, situation)} ${changeLocation(job, "so far")}`;
}

function effectOf(kind: SignalKind, situation: StopSituation): string {
  switch (kind) {
    case "interrupt":
      return INTERRUPT[situation];
    case "interrupt_group":
      return `Same as Ctrl-C in a terminal: interrupts scap and all commands that it started.${
        situation === "kubernetes" ? ` ${KUBERNETES_DELAY}` : ""
      }`;
    case "terminate":
      return "Sends SIGTERM to scap and all commands that it started. Nothing is rolled back.";
    case "kill":
      return "Sends SIGKILL. scap ends immediately without cleaning up, so its lock may remain. Use this as a last resort.";
  }
}

export type SafeStop = { interactionId: number; option: InteractionOption; effect: string };

/** Questions to which "no" ends the deployment. Elsewhere, "no" may only skip a step. */
const ENDS_WITH_NO = /\b(?:continue|proceed|backport|revert|promote|deploy)\b/i;

/** An answer to the pending question that makes scap exit cleanly; undefined when there is none. */
export function safeStop(job: StoppableJob): SafeStop | undefined {
  const { pendingInteraction: question } = job;
  if (question === null) return undefined;
  const { id: interactionId, options } = question;
  const rollback = options.find(isRollback);
  if (rollback !== undefined) {
    return {
      interactionId,
      option: rollback,
      effect: "scap rolls back every server that has the change, and exits.",
    };
  }
  const no = options.find(({ value }) => value === false);
  return no !== undefined && ENDS_WITH_NO.test(questionSentence(question.message))
    ? { interactionId, option: no, effect: `scap exits cleanly. ${changeLocation(job, "so far")}` }
    : undefined;
}

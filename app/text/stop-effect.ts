// What stopping a job does in the situation that it is in, said before it is done: what the signal ends, where the
// changes stay, and whether there is a safer way. A pure function of what the page knows of the job.
import type { InteractionOption } from "#lib/domain/interaction.ts";
import { isRollback } from "#lib/domain/option-meaning.ts";
import type { SignalKind } from "#lib/domain/signal.ts";
import type { Job } from "#lib/contract/job.ts";
import { changeLocation } from "./outcome-text.ts";
import { questionSentence } from "./question-text.ts";

/**
 * - `question`: scap waits for an answer;
 * - `kubernetes`: a step of Kubernetes runs, which holds signals back until it returns;
 * - `merging`: scap has voted and waits for Gerrit;
 * - `beginning`: nothing has been changed yet;
 * - `running`: anything else.
 */
export type StopSituation = "question" | "kubernetes" | "merging" | "beginning" | "running";

export type StoppableJob = Pick<
  Job,
  "changes" | "pendingInteraction" | "phases" | "reached" | "reachIsPartial" | "isApproved"
>;

const KUBERNETES_STEP = /^sync-[a-z]{1,40}-k8s\b/;

export function stopSituation(job: StoppableJob): StopSituation {
  if (job.pendingInteraction !== null) return "question";
  const current = job.phases.findLast(({ finishedAt }) => finishedAt === null);
  if (current !== undefined && KUBERNETES_STEP.test(current.name)) return "kubernetes";
  if (job.reached !== "nowhere") return "running";
  return job.isApproved ? "merging" : "beginning";
}

const WHEN_IT_RETURNS = "It takes effect when the current Kubernetes step returns, which can take minutes.";

const INTERRUPT: Record<StopSituation, string> = {
  question: "scap is waiting for an answer, so it ends.",
  kubernetes: `${WHEN_IT_RETURNS} Then scap asks what to do, and can roll back.`,
  merging: "scap stops waiting for the merge and ends.",
  beginning: "scap ends.",
  running: "Interrupts only the command that scap is running now. scap then ends, or asks what to do.",
};

/** Two or three sentences: what this signal ends, and where the changes stay. */
export function stopEffect(kind: SignalKind, job: StoppableJob): string {
  const situation = stopSituation(job);
  return `${effectOf(kind, situation)} ${changeLocation(job, "so far")}`;
}

function effectOf(kind: SignalKind, situation: StopSituation): string {
  switch (kind) {
    case "interrupt":
      return INTERRUPT[situation];
    case "interrupt_group":
      return `Same as Ctrl-C in a terminal: interrupts scap and every command that it started.${
        situation === "kubernetes" ? ` ${WHEN_IT_RETURNS}` : ""
      }`;
    case "terminate":
      return "Sends SIGTERM to scap and every command that it started. Nothing is rolled back.";
    case "kill":
      return "Sends SIGKILL: scap ends at once without cleaning up, so its lock may remain. Use it as a last resort.";
  }
}

export type SafeStop = { interactionId: number; option: InteractionOption; effect: string };

/** Questions at which a plain no ends the deployment; at others it may only skip something. */
const ENDS_WITH_NO = /\b(?:continue|proceed|backport|revert|promote|deploy)\b/i;

/** An answer to the pending question by which scap ends in order; undefined where there is none. */
export function safeStop(job: StoppableJob): SafeStop | undefined {
  const { pendingInteraction: question } = job;
  if (question === null) return undefined;
  const { id: interactionId, options } = question;
  const rollback = options.find(isRollback);
  if (rollback !== undefined)
    return {
      interactionId,
      option: rollback,
      effect: "scap rolls back every server that has the change, and ends.",
    };
  const no = options.find(({ value }) => value === false);
  return no !== undefined && ENDS_WITH_NO.test(questionSentence(question.message))
    ? { interactionId, option: no, effect: `scap ends by itself. ${changeLocation(job, "so far")}` }
    : undefined;
}

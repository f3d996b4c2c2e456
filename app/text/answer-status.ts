// The status line of a question: what became of the answer, or why none can be given. Pure. Short, because the answers below
// must not move: the card reserves one line, in which what can happen by itself fits on a phone.
import type { Refusal } from "#lib/domain/permission.ts";
import type { InteractionKind } from "#lib/domain/interaction.ts";

/** Why there are no buttons. */
export const REFUSAL_TEXTS: Record<Refusal, string> = {
  role: "View only. Deployers can answer.",
  four_eyes: "You started or took over this job. Another person must answer.",
  restricted: "The policy permits only other people to answer.",
};

export type AnswerStatus = { tone: "neutral" | "warning" | "error"; text: string };

export type AnswerStatusFacts = {
  kind: InteractionKind;
  /** Why the person may not answer; undefined if they may. */
  refusal: Refusal | undefined;
  isConnected: boolean;
  isWorkerUnresponsive: boolean;
  isSent: boolean;
  /** Why the answer was not accepted. */
  problem: { title: string; detail: string | undefined } | undefined;
  /** The request was sent, but there is no response yet. */
  slow: { title: string; detail: string | undefined } | undefined;
};

/** @returns undefined while there is nothing to report. */
export function answerStatus(facts: AnswerStatusFacts): AnswerStatus | undefined {
  const { kind, refusal, isConnected, isWorkerUnresponsive, isSent, problem, slow } = facts;
  if (problem !== undefined) return { tone: "error", text: sentences(problem) };
  if (slow !== undefined) return { tone: "warning", text: sentences(slow) };
  if (isSent) {
    const text = isWorkerUnresponsive
      ? "Accepted. Sent when the worker responds."
      : "Accepted. Sending to scap…";
    return { tone: "neutral", text };
  }
  if (refusal !== undefined) return { tone: "neutral", text: REFUSAL_TEXTS[refusal] };
  if (!isConnected) return { tone: "warning", text: "Not connected. Answer when reconnected." };
  if (!isWorkerUnresponsive) return undefined;
  return {
    tone: "warning",
    text:
      kind === "secret"
        ? "Worker not responding. Answer later."
        : "Worker not responding. Answers are sent later.",
  };
}

function sentences({ title, detail }: { title: string; detail: string | undefined }): string {
  return detail === undefined ? title : `${title} ${detail}`;
}

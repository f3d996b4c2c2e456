// The text that the page fills in for a question that the deployer has answered before: scap asks for the reason of a revert, and the
// request of the job has one. A person still sends it. Pure.
import type { Interaction } from "#lib/contract/interaction.ts";
import type { JobSummary } from "#lib/contract/job.ts";
import { REVERT } from "#lib/domain/operation.ts";
import { questionSentence } from "#lib/domain/question-text.ts";

const REASON_QUESTION = /^Please supply a reason for revert\b/;

export function suggestedAnswer(
  { kind, parameters }: Pick<JobSummary, "kind" | "parameters">,
  question: Pick<Interaction, "kind" | "message">,
): string | undefined {
  const { reason } = parameters;
  const isAsked = question.kind === "text" && REASON_QUESTION.test(questionSentence(question.message));
  return kind === REVERT && isAsked && typeof reason === "string" ? reason : undefined;
}

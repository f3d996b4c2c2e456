import type { Interaction } from "#lib/contract/interaction.ts";
import { formatMinutes } from "./format.ts";
import { questionSummary } from "./question-summary.ts";

/** How long scap waited for people in all, up to `nowMs` for a question that is still open. */
export function totalWaitMs(
  interactions: readonly Pick<Interaction, "askedAt" | "endedAt">[],
  nowMs: number,
): number {
  return interactions.reduce((sum, one) => {
    const until = one.endedAt === null ? nowMs : Date.parse(one.endedAt);
    return sum + Math.max(0, until - Date.parse(one.askedAt));
  }, 0);
}

/** How long it had waited when people were reminded last; undefined when they were not. It moves with reminders only. */
export function waitAtReminder(question: Pick<Interaction, "askedAt" | "remindedAt">): string | undefined {
  if (question.remindedAt === null) return undefined;
  return formatMinutes(Date.parse(question.remindedAt) - Date.parse(question.askedAt));
}

/** What the tab of a job says: a reminder changes it, so that browsers mark a tab nobody looks at. */
export function questionTitle(question: Interaction): string {
  const waits = waitAtReminder(question);
  return `● ${waits === undefined ? "" : `${waits} · `}Job ${question.jobId} asks: ${questionSummary(question)}`;
}

type Asked = Pick<Interaction, "askedAt" | "remindedAt">;

/** "1 question" or "2 questions, waiting 70 min": what the tab of the home page says. */
export function questionsTitle(questions: readonly Asked[]): string {
  const count = questions.length === 1 ? "1 question" : `${questions.length} questions`;
  const longest = questions
    .filter((question) => question.remindedAt !== null)
    .toSorted((a, b) => Date.parse(a.askedAt) - Date.parse(b.askedAt))[0];
  const waits = longest === undefined ? undefined : waitAtReminder(longest);
  return waits === undefined ? count : `${count}, waiting ${waits}`;
}

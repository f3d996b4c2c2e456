// How long questions have been waiting: totals, and texts for the titles of browser tabs.
import type { Interaction } from "#lib/contract/interaction.ts";
import { formatMinutes } from "./format.ts";
import { questionSummary } from "#lib/domain/question-text.ts";

/** How long scap has waited for people in total; an open question counts up to `nowMs`. */
export function totalWaitMs(
  interactions: readonly Pick<Interaction, "askedAt" | "endedAt">[],
  nowMs: number,
): number {
  return interactions.reduce((sum, one) => {
    const until = one.endedAt === null ? nowMs : Date.parse(one.endedAt);
    return sum + Math.max(0, until - Date.parse(one.askedAt));
  }, 0);
}

/** How long the question had been waiting at the last reminder; undefined without one. Changes with reminders only. */
export function waitAtReminder(question: Pick<Interaction, "askedAt" | "remindedAt">): string | undefined {
  if (question.remindedAt === null) return undefined;
  return formatMinutes(Date.parse(question.remindedAt) - Date.parse(question.askedAt));
}

/** The tab title of a job with an open question. A reminder changes it, so that browsers highlight a background tab. */
export function questionTabTitle(question: Interaction): string {
  const wait = waitAtReminder(question);
  return `● ${wait === undefined ? "" : `${wait} · `}Job ${question.jobId} asks: ${questionSummary(question)}`;
}

type Asked = Pick<Interaction, "askedAt" | "remindedAt">;

/** "1 question" or "2 questions, waiting 70 min": for the tab title of the home page. */
export function homeTabTitle(questions: readonly Asked[]): string {
  const count = questions.length === 1 ? "1 question" : `${questions.length} questions`;
  const longest = questions
    .filter((question) => question.remindedAt !== null)
    .toSorted((a, b) => Date.parse(a.askedAt) - Date.parse(b.askedAt))[0];
  const wait = longest === undefined ? undefined : waitAtReminder(longest);
  return wait === undefined ? count : `${count}, waiting ${wait}`;
}

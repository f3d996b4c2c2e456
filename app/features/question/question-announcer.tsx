import type { Interaction } from "#lib/contract/interaction.ts";
import { questionSummary } from "../../text/question-summary.ts";
import { waitAtReminder } from "../../text/waiting-time.ts";

/** For screen readers: a new question at once. A line each, so that only the new one is said. */
export function QuestionAnnouncer({ questions }: { questions: readonly Interaction[] }) {
  return (
    <div className="visually-hidden" aria-live="assertive">
      {questions.map((question) => (
        <p
          key={announcementKey(question)}
        >{`Job ${question.jobId} ${asks(question)}: ${questionSummary(question)}`}</p>
      ))}
    </div>
  );
}

/** A program asks anew after each key, which is no news. */
function announcementKey({ id, kind, jobId }: Interaction): string {
  return kind === "screen" ? `screen of ${jobId}` : `question ${id}`;
}

/** A reminder changes the words, so that they are said again. */
function asks(question: Interaction): string {
  const waits = waitAtReminder(question);
  return waits === undefined ? "asks" : `still asks, for ${waits}`;
}

import type { Interaction } from "#lib/contract/interaction.ts";
import { questionSummary } from "#lib/domain/question-text.ts";
import { waitAtReminder } from "../../text/waiting-time.ts";

/** Announces new questions to screen readers. One line for each question, so that only the new line is announced. */
export function QuestionAnnouncer({ questions }: { questions: readonly Interaction[] }) {
  return (
    <div className="visually-hidden" aria-live="assertive">
      {questions.map((question) => (
        <p
          key={announcementKey(question)}
        >{`Job ${question.jobId} ${verb(question)}: ${questionSummary(question)}`}</p>
      ))}
    </div>
  );
}

/** An interactive program asks a new question after each key press, which must not be announced. */
function announcementKey({ id, kind, jobId }: Interaction): string {
  return kind === "screen" ? `screen of ${jobId}` : `question ${id}`;
}

/** A reminder changes the text, so that it is announced again. */
function verb(question: Interaction): string {
  const wait = waitAtReminder(question);
  return wait === undefined ? "asks" : `has been waiting for ${wait}`;
}

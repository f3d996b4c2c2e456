import type { Interaction } from "#lib/wire/schemas.ts";
import { questionLine } from "../../lib/question-text.ts";
import { remindedWait } from "../../lib/waited.ts";

/** For screen readers: a new question at once. A line each, so that only the new one is said. */
export function QuestionAnnouncer({ questions }: { questions: readonly Interaction[] }) {
  return (
    <div className="visually-hidden" aria-live="assertive">
      {questions.map((question) => (
        <p
          key={question.id}
        >{`Job ${question.jobId} ${asks(question)}: ${questionLine(question.message)}`}</p>
      ))}
    </div>
  );
}

/** A reminder changes the words, so that they are said again. */
function asks(question: Interaction): string {
  const waits = remindedWait(question);
  return waits === undefined ? "asks" : `still asks, for ${waits}`;
}

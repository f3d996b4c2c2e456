// The answers of people as notes in the log, each after the line at which scap waited. A terminal shows only what was typed; the
// note says who typed it. The page and the download show the same notes.
import { answerLabel } from "./answer-label.ts";
import { type AnswerValue, type InteractionKind, isKeyPress } from "./interaction.ts";
import { joinLabels, pressedLabel } from "./press-label.ts";

type Answered = {
  kind: InteractionKind;
  line: number;
  options: readonly { text: string; value: unknown }[];
  answer: { value: AnswerValue | null; text: string | null; answeredBy: string; answeredAt: string } | null;
};

export type AnswerNote = {
  /** The note stands after this line. */
  line: number;
  by: string;
  /** "answered “Yes”", "pressed Down × 7, Enter". */
  action: string;
  at: string;
};

/** In the order of the questions. Consecutive key presses of one person at one line are one note, with the time of the last. */
export function answerNotes(interactions: readonly Answered[]): AnswerNote[] {
  const notes: (AnswerNote & { presses: string[] })[] = [];
  for (const interaction of interactions) {
    const { answer, line } = interaction;
    if (answer === null) continue;
    const last = notes.at(-1);
    const isPress = interaction.kind === "screen";
    const presses = isPress ? [pressedLabel(interaction)] : [];
    if (
      isPress &&
      last !== undefined &&
      last.line === line &&
      last.by === answer.answeredBy &&
      last.presses.length > 0
    ) {
      last.presses.push(...presses);
      last.action = `pressed ${joinLabels(last.presses)}`;
      last.at = answer.answeredAt;
      continue;
    }
    const action = isPress ? `pressed ${joinLabels(presses)}` : actionOf(interaction.options, answer);
    notes.push({ line, by: answer.answeredBy, action, at: answer.answeredAt, presses });
  }
  return notes.map(({ line, by, action, at }) => ({ line, by, action, at }));
}

function actionOf(options: Answered["options"], { value, text }: NonNullable<Answered["answer"]>): string {
  if (text === null) return "answered with a secret";
  if (isKeyPress(value)) return "sent end of input (Ctrl-D)";
  return text === "" ? "answered with Enter" : `answered “${answerLabel(options, text)}”`;
}

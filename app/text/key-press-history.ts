// The key press history of an interactive program. Each key press is a question of its own; people read them as one entry.
import { type AnswerValue, isKeyPress, KEY_LABELS } from "#lib/domain/interaction.ts";
import { visibleText } from "#lib/domain/visible-text.ts";
import type { Interaction } from "#lib/contract/interaction.ts";

export type HistoryEntry =
  | { kind: "question"; interaction: Interaction }
  /** At least one; all of kind `screen`, in order. */
  | { kind: "screen"; interactions: readonly Interaction[] };

/** Consecutive questions of kind `screen` become one entry. */
export function historyEntries(interactions: readonly Interaction[]): HistoryEntry[] {
  const entries: HistoryEntry[] = [];
  let screens: Interaction[] = [];
  for (const interaction of interactions) {
    if (interaction.kind !== "screen") {
      screens = [];
      entries.push({ kind: "question", interaction });
    } else if (screens.length > 0) {
      screens.push(interaction);
    } else {
      screens = [interaction];
      entries.push({ kind: "screen", interactions: screens });
    }
  }
  return entries;
}

/** Consecutive key presses by the same person. */
export type PressRun = { by: string; keys: string; from: string; to: string };

export function pressRuns(interactions: readonly Interaction[]): PressRun[] {
  const runs: { by: string; labels: string[]; from: string; to: string }[] = [];
  for (const interaction of interactions) {
    const { answer } = interaction;
    if (answer === null) continue;
    const label = pressedLabel(interaction);
    const last = runs.at(-1);
    if (last?.by === answer.answeredBy) {
      last.labels.push(label);
      last.to = answer.answeredAt;
    } else {
      runs.push({ by: answer.answeredBy, labels: [label], from: answer.answeredAt, to: answer.answeredAt });
    }
  }
  return runs.map(({ labels, ...run }) => ({ ...run, keys: joinLabels(labels) }));
}

/** The answer to a `screen` question: "Down", "Close the pager", or the typed text in quotation marks. */
export function pressedLabel({ answer, options }: Pick<Interaction, "answer" | "options">): string {
  const value = answer?.value ?? answer?.text ?? "";
  const option = options.find((one) => one.value === value);
  return option === undefined ? pressLabel(value) : visibleText(option.text);
}

export function pressLabel(value: AnswerValue): string {
  return isKeyPress(value) ? KEY_LABELS[value.key] : `“${visibleText(String(value))}”`;
}

/** From this number of consecutive presses on, a key is shown once, with a count. */
const COUNTED_FROM = 3;

/** "Down, Down, Enter", "Down × 7, Enter". */
export function joinLabels(labels: readonly string[]): string {
  const runs: { label: string; count: number }[] = [];
  for (const label of labels) {
    const last = runs.at(-1);
    if (last?.label === label) last.count += 1;
    else runs.push({ label, count: 1 });
  }
  return runs
    .map(({ label, count }) =>
      count < COUNTED_FROM ? Array.from({ length: count }, () => label).join(", ") : `${label} × ${count}`,
    )
    .join(", ");
}

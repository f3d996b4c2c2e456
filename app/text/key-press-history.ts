// The key press history of an interactive program. Each key press is a question of its own; people read them as one entry.
import { joinLabels, pressedLabel } from "#lib/domain/press-label.ts";
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

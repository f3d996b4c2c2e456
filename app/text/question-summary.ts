// A question in one line, for titles, lists and announcements.
import type { Interaction } from "#lib/contract/interaction.ts";
import { questionLine } from "./question-text.ts";

/** The message of a `screen` is a snapshot of the terminal, in which no single line is the question. */
export function questionSummary({ kind, message }: Pick<Interaction, "kind" | "message">): string {
  return kind === "screen" ? "A program is waiting for a key press" : questionLine(message);
}

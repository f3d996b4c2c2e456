// What a question asks, in one line: for titles, lists and announcements.
import type { Interaction } from "#lib/contract/interaction.ts";
import { questionLine } from "./question-text.ts";

/** The message of a `screen` is a picture, of which no line says what is asked. */
export function questionSummary({ kind, message }: Pick<Interaction, "kind" | "message">): string {
  return kind === "screen" ? "A program waits for keys" : questionLine(message);
}

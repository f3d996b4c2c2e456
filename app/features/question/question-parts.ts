// Divides the message of a question for the card: the question itself, which is always in view beside the answers, and its
// context, which scrolls. Pure, and in linear time, because a message can be long and hostile.
import { messageBlocks, screenText } from "#lib/domain/question-text.ts";

/** `layout`: alignment matters, so it needs a monospaced font. `changes`: a table of exactly the changes of the job. */
export type ContextBlock = { kind: "text" | "layout"; text: string } | { kind: "changes" };

export type QuestionParts = {
  context: readonly ContextBlock[];
  /** Empty if the message ends with a table. */
  question: string;
  isMonospaced: boolean;
};

/** @param changes the numbers of the changes that the page lists anyway. */
export function questionParts(
  { message, recognised }: { message: string; recognised: boolean },
  changes: readonly number[],
): QuestionParts {
  if (!recognised) return screenParts(screenText(message));
  const blocks = messageBlocks(message);
  const last = blocks.at(-1);
  return {
    context: blocks.filter((block) => block.kind !== "question").map((block) => contextBlock(block, changes)),
    question: last?.kind === "question" ? last.text : "",
    isMonospaced: false,
  };
}

/** The end of a screen: its last line is where the program waits. */
function screenParts(text: string): QuestionParts {
  const rows = text.trimEnd().split("\n");
  const question = rows.at(-1) ?? "";
  const above = rows.slice(0, -1).join("\n").trimEnd();
  return { context: above === "" ? [] : [{ kind: "layout", text: above }], question, isMonospaced: true };
}

function contextBlock(block: { kind: string; text: string }, changes: readonly number[]): ContextBlock {
  if (block.kind === "table") {
    return listsExactly(block.text, changes) ? { kind: "changes" } : { kind: "layout", text: block.text };
  }
  return { kind: needsLayout(block.text) ? "layout" : "text", text: block.text };
}

const INDENTED = /^(?: {2,}|\t)\S/;
const ALIGNED = /\S {3,}\S/;
const DIFF = /^(?:@@ |\+\+\+ |--- |[+-]\s)/;

/** Indented lists, aligned columns and diffs. */
function needsLayout(text: string): boolean {
  return text.split("\n").some((line) => INDENTED.test(line) || ALIGNED.test(line) || DIFF.test(line));
}

/** The columns that the change list of the page has too. */
const LISTED_COLUMNS = new Set(["#", "Change", "Project", "Branch", "Subject", "Owner"]);

/** Whether a table has a row for each of the changes, and nothing that the change list does not show. */
function listsExactly(table: string, changes: readonly number[]): boolean {
  const [head, ...rows] = table
    .split("\n")
    .filter((line) => line.startsWith("│"))
    .map((line) =>
      line
        .split("│")
        .map((cell) => cell.trim())
        .slice(1, -1),
    );
  if (head === undefined || !head.every((column) => LISTED_COLUMNS.has(column))) return false;
  // A long subject continues in a row without a number.
  const numbers = rows.map(([first = ""]) => first).filter((first) => first !== "");
  return numbers.length === changes.length && changes.every((number) => numbers.includes(String(number)));
}

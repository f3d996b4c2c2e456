// Splits the message of a question into blocks that are displayed differently: tables (drawn with box characters, which
// need a monospaced font), explanatory text, and the last line, which is the question itself. A message can be long and
// hostile, so everything here takes linear time.
import type { InteractionKind } from "./interaction.ts";
import { plainText } from "./log-text.ts";
import { sentence } from "./sentence.ts";
import { visibleText } from "./visible-text.ts";

export type MessageBlock = { kind: "text" | "table" | "question"; text: string };

/** A longer message is shortened in the middle: its start explains, and its end is the question. */
const MESSAGE_MAX = 20_000;
/** Maximum length of a question in a title or a list. */
const QUESTION_LINE_MAX = 300;
/** Maximum length of the explanatory sentence before it. */
const EXPLANATION_MAX = 100;

const TABLE_LINE = /[\u2500-\u257f]/;

export function messageBlocks(message: string): MessageBlock[] {
  const lines = visibleText(withoutMiddle(message)).trimEnd().split("\n");
  const blocks: { isTable: boolean; lines: string[] }[] = [];
  for (const line of lines) {
    const isTable = TABLE_LINE.test(line);
    const last = blocks.at(-1);
    if (last !== undefined && last.isTable === isTable) last.lines.push(line);
    else blocks.push({ isTable, lines: [line] });
  }
  return blocks.flatMap(({ isTable, lines: blockLines }, index) => {
    const text = withoutEmptyEnds(blockLines).join("\n");
    if (isTable) return [{ kind: "table", text } as const];
    return index === blocks.length - 1
      ? withQuestion(text)
      : text === ""
        ? []
        : [{ kind: "text", text } as const];
  });
}

function withoutEmptyEnds(lines: readonly string[]): readonly string[] {
  const first = lines.findIndex((line) => line !== "");
  const last = lines.findLastIndex((line) => line !== "");
  return first === -1 ? [] : lines.slice(first, last + 1);
}

/** The last line is the question; the lines before it explain it. */
function withQuestion(text: string): MessageBlock[] {
  if (text.trim() === "") return [];
  const cut = text.lastIndexOf("\n");
  if (cut === -1) return [{ kind: "question", text }];
  const before = withoutEmptyEnds(text.slice(0, cut).split("\n")).join("\n");
  const question = { kind: "question", text: text.slice(cut + 1) } as const;
  return before.trim() === "" ? [question] : [{ kind: "text", text: before }, question];
}

/** The message of an unrecognised prompt: the end of the screen, without colours. */
export function screenText(message: string): string {
  return withoutMiddle(message)
    .split("\n")
    .map((line) => visibleText(plainText(line)))
    .join("\n");
}

/** The question itself, without the explanation. */
export function questionSentence(message: string): string {
  return lastLine(messageBlocks(message));
}

/**
 * The question in one line, for titles and lists. Includes the sentence before it if that is the only one and short, because
 * "What do you want to do?" is meaningless without context.
 */
export function questionLine(message: string): string {
  const blocks = messageBlocks(message);
  const asked = lastLine(blocks);
  const [explanation, question] = blocks;
  if (blocks.length !== 2 || explanation?.kind !== "text" || question?.kind !== "question") return asked;
  const { text } = explanation;
  const isShortSentence =
    text.length <= EXPLANATION_MAX && /[\p{L}\p{N}.)]$/u.test(text) && !text.includes("\n");
  return isShortSentence ? `${sentence(text)} ${asked}` : asked;
}

/** The question in one line, for titles, lists, announcements and notifications. */
export function questionSummary({ kind, message }: { kind: InteractionKind; message: string }): string {
  // The message of a `screen` is a snapshot of the terminal, in which no single line is the question.
  return kind === "screen" ? "A program is waiting for a key press" : questionLine(message);
}

function lastLine(blocks: readonly MessageBlock[]): string {
  const line = (blocks.findLast((block) => block.kind === "question") ?? blocks.at(-1))?.text ?? "";
  const last = line.trim().split("\n").at(-1) ?? "";
  return last.length <= QUESTION_LINE_MAX ? last : `${last.slice(0, QUESTION_LINE_MAX)}…`;
}

function withoutMiddle(message: string): string {
  if (message.length <= MESSAGE_MAX) return message;
  return `${message.slice(0, MESSAGE_MAX / 2)}\n[...]\n${message.slice(-MESSAGE_MAX / 2)}`;
}

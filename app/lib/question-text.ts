// The message of a question, cut into what should look different: tables (drawn with box characters, so only
// right in a fixed-width font), the explaining text, and the last paragraph, which is what is asked.

import { withoutDirections } from "#lib/domain/directions.ts";

export type MessageBlock = { kind: "text" | "table" | "question"; text: string };

const TABLE_LINE = /[\u2500-\u257f]/;

export function messageBlocks(message: string): MessageBlock[] {
  const lines = withoutDirections(message).replace(/\s+$/, "").split("\n");
  const blocks: { isTable: boolean; lines: string[] }[] = [];
  for (const line of lines) {
    const isTable = TABLE_LINE.test(line);
    const last = blocks.at(-1);
    if (last !== undefined && last.isTable === isTable) last.lines.push(line);
    else blocks.push({ isTable, lines: [line] });
  }
  return blocks.flatMap(({ isTable, lines: blockLines }, index) => {
    const text = blockLines.join("\n").replace(/^\n+|\n+$/g, "");
    if (isTable) return [{ kind: "table", text } as const];
    return index === blocks.length - 1
      ? withQuestion(text)
      : text === ""
        ? []
        : [{ kind: "text", text } as const];
  });
}

/** The last line asks; what stands before it explains. */
function withQuestion(text: string): MessageBlock[] {
  if (text.trim() === "") return [];
  const cut = text.lastIndexOf("\n");
  if (cut === -1) return [{ kind: "question", text }];
  const before = text.slice(0, cut).replace(/\n+$/, "");
  const question = { kind: "question", text: text.slice(cut + 1) } as const;
  return before.trim() === "" ? [question] : [{ kind: "text", text: before }, question];
}

/** What is asked, in one line: for titles and lists. */
export function questionLine(message: string): string {
  const blocks = messageBlocks(message);
  const line = (blocks.findLast((block) => block.kind === "question") ?? blocks.at(-1))?.text ?? "";
  return line.trim().split("\n").at(-1) ?? "";
}

export type TextPart = { text: string; href: string | undefined };

/** A web address, or the number of a task. Shorter numbers are rather the names of other things. */
const LINKED = /https?:\/\/[^\s<>"'│]+|\bT[1-9]\d{3,6}\b/g;

/**
 * Web addresses become links; what follows them (a full stop, a closing bracket) does not belong to them. So do
 * numbers of tasks.
 * @param taskUrl where a task can be read, with `{task}` in place of its number; null: tasks are plain text.
 */
export function linkParts(text: string, taskUrl: string | null): TextPart[] {
  const parts: TextPart[] = [];
  let from = 0;
  for (const match of text.matchAll(LINKED)) {
    const isTask = match[0].startsWith("T");
    const linked = isTask ? match[0] : match[0].replace(/[.,;:!?)\]]+$/, "");
    const href = isTask ? taskUrl?.replaceAll("{task}", linked) : linked;
    if (href === undefined || !URL.canParse(href)) continue;
    if (match.index > from) parts.push({ text: text.slice(from, match.index), href: undefined });
    parts.push({ text: linked, href });
    from = match.index + linked.length;
  }
  if (from < text.length) parts.push({ text: text.slice(from), href: undefined });
  return parts;
}

// Draws a table in box drawing characters.
import { displayWidth, graphemes, graphemeWidth } from "./display-width.ts";

type Alignment = "left" | "right" | "center";
export type Column = { title: string; align: Alignment; widthMax?: number };

/** @returns the table without a newline at its end */
export function drawTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) =>
    columns.map((column, at) => wrap(printable(row[at] ?? ""), column.widthMax)),
  );
  const widths = columns.map((column, at) =>
    Math.max(displayWidth(column.title), ...cells.flatMap((row) => (row[at] ?? []).map(displayWidth))),
  );

  const rule = (left: string, middle: string, right: string): string =>
    left + widths.map((width) => "─".repeat(width + 2)).join(middle) + right;
  const alignment = (at: number): Alignment => columns[at]?.align ?? "left";
  const line = (texts: readonly string[]): string =>
    `│${widths.map((width, at) => ` ${align(texts[at] ?? "", width, alignment(at))} `).join("│")}│`;

  const titles = line(columns.map(({ title }) => title));
  const body = cells.flatMap((row) => {
    const height = Math.max(...row.map((lines) => lines.length));
    return Array.from({ length: height }, (_unused, depth) => line(row.map((lines) => lines[depth] ?? "")));
  });
  return [rule("┌", "┬", "┐"), titles, rule("├", "┼", "┤"), ...body, rule("└", "┴", "┘")].join("\n");
}

/** Replaces control characters: a subject must not be able to move the cursor. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]/gu, "�");
}

function align(text: string, width: number, alignment: Alignment): string {
  const space = width - displayWidth(text);
  const before = alignment === "left" ? 0 : alignment === "right" ? space : Math.floor(space / 2);
  return " ".repeat(before) + text + " ".repeat(space - before);
}

/** Breaks between words, and inside words that are longer than a line. */
export function wrap(text: string, widthMax = Number.POSITIVE_INFINITY): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ").flatMap((part) => splitWord(part, widthMax))) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && displayWidth(longer) > widthMax) {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  return [...lines, line];
}

function splitWord(word: string, widthMax: number): string[] {
  const parts: string[] = [];
  let part = "";
  let width = 0;
  for (const grapheme of graphemes(word)) {
    const next = graphemeWidth(grapheme);
    if (width + next > widthMax && part !== "") {
      parts.push(part);
      part = "";
      width = 0;
    }
    part += grapheme;
    width += next;
  }
  return [...parts, part];
}

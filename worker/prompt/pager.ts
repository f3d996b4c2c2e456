// Recognises the last line of a pager, such as the one that git starts when its output is longer than the screen.
import type { Snapshot } from "./types.ts";
import type { View } from "./view.ts";

const PAGER_LINE =
  /^(?::|.{0,200}\(END\)|--More--.{0,40}|lines \d+-\d+.{0,80}|HELP -- Press RETURN .{0,60}|.{0,120}\(press RETURN\))$/;

export function recognisePager(view: View, snapshot: Snapshot): boolean {
  const row = snapshot.lines[snapshot.cursorRow]?.text ?? "";
  return isPagerLine(view.line.text) || isPagerLine(row);
}

function isPagerLine(text: string): boolean {
  const line = text.trimEnd();
  return line.length <= 300 && PAGER_LINE.test(line);
}

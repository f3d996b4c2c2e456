// Programs that take single keys: pagers, above all the one that git starts when its output is longer than the screen.
import type { Recognition, Snapshot } from "./types.ts";
import type { View } from "./view.ts";

const PAGER_LINE =
  /^(?::|.{0,200}\(END\)|--More--.{0,40}|lines \d+-\d+.{0,80}|HELP -- Press RETURN .{0,60}|.{0,120}\(press RETURN\))\s*$/;

/** @param tail the screen, for the message. */
export function recognisePager(view: View, snapshot: Snapshot, tail: string): Recognition | undefined {
  const row = snapshot.lines[snapshot.cursorRow]?.text ?? "";
  if (!PAGER_LINE.test(view.line.text) && !PAGER_LINE.test(row)) return undefined;
  const lines = tail.split("\n");
  if (PAGER_LINE.test(lines.at(-1) ?? "")) lines.pop();
  return {
    kind: "acknowledge",
    message: lines.join("\n").trimEnd(),
    options: [{ text: "close the pager", value: true, typed: "q" }],
    recognised: true,
    confidence: "high",
    submission: "key",
  };
}

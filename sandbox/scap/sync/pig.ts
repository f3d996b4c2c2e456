// The logo that sync-world prints: a pig with the legs of a spider.
import type { Session } from "../session.ts";

const LINES = [
  String.raw`       /\________/\ `,
  String.raw`   \  /            \  /`,
  String.raw`  __\|    o    o    |/__`,
  String.raw` ____|     ____     |____`,
  String.raw`     |    ( oo )    |`,
  String.raw`   __|     ----     |__`,
  String.raw`  /   \____________/   \ `,
  String.raw` /      /  /  \  \      \ `,
].map((line) => line.trimEnd());
const PINK = "\x1b[95m";

export function printPig({ out }: Session): void {
  const drawn = out.colored ? LINES.map((line) => `${PINK}${line}\x1b[0m`) : LINES;
  out.stdout(`${drawn.join("\n")}\n\n`);
}

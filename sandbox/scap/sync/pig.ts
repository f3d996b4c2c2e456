// The pig that greets at the start of a synchronisation.
import type { Session } from "../session.ts";

const lines = [
  String.raw`         _____           _____`,
  String.raw`        /  _  \_________/  _  \ `,
  String.raw`        \_/             \_/ \_/`,
  String.raw`         |    ●     ●     |        ,`,
  String.raw`         |     .─────.    |______ ( )`,
  String.raw`         |    ( ●   ● )           \/`,
  String.raw`          \    '─────'            |`,
  String.raw`           '──|_|─|_|──────|_|─|_|'`,
];
const pink = "\x1b[95m";

export function printPig({ out }: Session): void {
  const drawn = out.colored
    ? lines.map((line) => `${pink}${line.trimEnd()}\x1b[0m`)
    : lines.map((line) => line.trimEnd());
  out.stdout(`${drawn.join("\n")}\n\n`);
}

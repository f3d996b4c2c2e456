// The remaining time that a program prints with the answers of a question: after them ("[y/N] (9 s left)", "auto-no in 9.5s", a bar
// or a growing row of dots), in the same brackets ("(Y/n, default in 9 s)"), or in brackets of its own ("(00:09)").

/** More than any such text has. */
const CHARACTERS_MAX = 80;
const UNITS = new Set(
  "ms s sec secs second seconds m min mins minute minutes h hr hrs hour hours".split(" "),
);
/** Also "T-9", "9.5" and "9/30". */
const NUMBER = /^(?:t-)?\d{1,5}(?:[.:/]\d{1,5})?/i;
/** "00:09", "1:00:09" */
const CLOCK = /^(?:\d{1,2}:)?\d{1,2}:\d\d$/;
/** "1m9s" */
const COMPOUND = /^(?:\d{1,3}h)?\d{1,3}m\d{1,3}s?$/;
const PUNCTUATION = new Set("()[]<>,.:;?…|-");

/** Brackets whose answers are known: yes and no, or a default. */
const ANSWERS_END = /(?:\/(?:n|no)|\(default: \[[^\]]{1,40}\])[\])]$/i;
const ANSWERS_CHARACTERS_MAX = 60;

/** The line up to the bracket that ends its answers, if only a time follows. */
export function withoutTimeLeft(line: string): string {
  for (let at = Math.max(0, line.length - CHARACTERS_MAX); at < line.length; at += 1) {
    if (line[at] !== "]" && line[at] !== ")") continue;
    const isAnswers = ANSWERS_END.test(line.slice(Math.max(0, at + 1 - ANSWERS_CHARACTERS_MAX), at + 1));
    const after = line.slice(at + 1);
    if (isAnswers && (saysTime(after) || isBar(after))) return line.slice(0, at + 1);
  }
  return line;
}

/** The line without the brackets at its end, and what follows them, if they contain a time. */
export function withoutTimeInBrackets(line: string): string {
  const from = Math.max(0, line.length - CHARACTERS_MAX);
  const found = / ?[([]([^()[\]]{1,60})[)\]]:? ?$/.exec(line.slice(from));
  return found?.[1] === undefined || !saysTime(found[1]) ? line : line.slice(0, from + found.index);
}

/** Whether one of the words is a time of day or a number with a unit of time, or the only word is a number. */
export function saysTime(text: string): boolean {
  const words = text
    .slice(0, CHARACTERS_MAX)
    .split(" ")
    .map(bare)
    .filter((word) => word !== "");
  return words.some((word, index) => {
    if (CLOCK.test(word) || COMPOUND.test(word)) return true;
    const number = NUMBER.exec(word)?.[0];
    if (number === undefined) return false;
    const unit = word.slice(number.length);
    return UNITS.has(unit) || (unit === "" && (words.length === 1 || UNITS.has(words[index + 1] ?? "")));
  });
}

const BAR = new Set(" .#=-*>|[]█▓▒░");

/** Consists of such characters only. */
function isBar(text: string): boolean {
  return text.trim() !== "" && Array.from(text).every((character) => BAR.has(character));
}

function bare(word: string): string {
  let from = 0;
  let to = word.length;
  while (from < to && PUNCTUATION.has(word.charAt(from))) from += 1;
  while (to > from && PUNCTUATION.has(word.charAt(to - 1))) to -= 1;
  return word.slice(from, to);
}

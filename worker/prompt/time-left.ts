// The remaining time that a program prints after the answers of a question: "(9 s left)", "auto-no in 9.5s", a bar or a growing
// row of dots.

const CHARACTERS_MAX = 40;
const UNITS = new Set(["s", "sec", "secs", "second", "seconds", "m", "min", "mins", "minute", "minutes"]);
const DIGITS = /^\d{1,5}(?:[.:]\d{1,3})?/;
const PUNCTUATION = new Set(["(", ")", "[", "]", "<", ">", ",", ".", ":", ";", "…"]);

/** The line up to the bracket that ends its answers, if only a time follows. */
export function withoutTimeLeft(line: string): string {
  const from = Math.max(0, line.length - CHARACTERS_MAX);
  const tail = line.slice(from);
  for (let at = 0; at < tail.length; at += 1) {
    const isEnd = tail[at] === "]" || tail[at] === ")";
    if (isEnd && (saysTime(tail.slice(at + 1)) || isBar(tail.slice(at + 1)))) {
      return line.slice(0, from + at + 1);
    }
  }
  return line;
}

/** Whether one of the words is a number with a unit of time, or the only word is a number. */
function saysTime(text: string): boolean {
  const words = text
    .split(" ")
    .map(bare)
    .filter((word) => word !== "");
  return words.some((word, index) => {
    const number = DIGITS.exec(word)?.[0];
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

// The last message of the output. scap refuses with plain lines at its end; a message may have many of them, with empty lines between.
import type { Tail } from "#lib/domain/evidence.ts";
import { bounded, type Found, sentenceOf } from "./found.ts";

/** Characters of a message of several lines. Of a longer one the first lines and the last one are shown. */
const MESSAGE_MAX = 360;

const PROGRESS = /^[^%]{1,100}\d% \(/;
/** git's advice after its error. */
const ADVICE = "hint: ";
/** With this scap's own sentence begins, whatever a program has printed before it. */
const BEGINNING = "Aborting: ";

export function takeTail({ evidence, sentence, line, isPlain }: Found): void {
  if (sentence.startsWith(ADVICE)) return;
  if (sentence.includes("% (") && PROGRESS.test(sentence)) return;
  const isIndented = sentence.startsWith(" ") || sentence.startsWith("\t");
  const { tail } = evidence;
  if (tail !== null && isPlain && continues(tail, sentence, isIndented)) {
    append(tail, sentence, isIndented);
  } else {
    const last = { text: bounded(sentence.trim()), isIndented };
    evidence.tail = {
      ...sentenceOf(sentence, line),
      isPlain,
      lineCount: 1,
      omittedLines: 0,
      last,
      isOpen: true,
    };
  }
}

/** A line after indented ones begins a message: the last line of a traceback is the error. */
function continues({ isPlain, isOpen, last }: Tail, sentence: string, isIndented: boolean): boolean {
  return isPlain && isOpen && (isIndented || !last.isIndented) && !sentence.startsWith(BEGINNING);
}

function append(tail: Tail, sentence: string, isIndented: boolean): void {
  const text = `${tail.text} ${sentence.trim()}`;
  if (tail.omittedLines === 0 && text.length <= MESSAGE_MAX) tail.text = text.toWellFormed();
  else tail.omittedLines += 1;
  tail.lineCount += 1;
  tail.last = { text: bounded(sentence.trim()), isIndented };
}

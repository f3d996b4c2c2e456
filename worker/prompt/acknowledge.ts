// Recognises questions that are answered with Enter or any key.
import { questionAt } from "./question.ts";
import { withoutTimeInBrackets } from "./time-left.ts";
import type { Recognition } from "./types.ts";
import type { View } from "./view.ts";

/** "(press enter for none)" is part of a question for text, hence no bracket before it and no colon after it. */
const AT_CURSOR = /(?:^|[^(\w])press (?:\[?(?:enter|return)\]?|any key|a key)\b[^:\n]{0,120}$/i;
const WHOLE_LINE = /^press (?:\[?(?:enter|return)\]?|any key|a key)\b[^\n]{0,120}$/i;

/** Also of a completed line, in the form that scap prints. */
export function beginsAcknowledgement(line: string): boolean {
  return line.startsWith("Press Enter to ");
}

export function recogniseAcknowledge(view: View): Recognition | undefined {
  const { text } = view.line;
  // The colon of a remaining time ("in 00:09") does not separate the question from an answer.
  const checked = text.slice(-160).replace(/(\d):(?=\d)/g, "$1.");
  if ((WHOLE_LINE.test(text) || AT_CURSOR.test(checked)) && !isHelpHint(text)) {
    const { message, complaint } = questionAt(view.above, view.line);
    return acknowledge(message, withoutTimeInBrackets(text).trimEnd().replace(/:$/, ""), complaint);
  }
  if (text.trim() !== "") return undefined;
  // scap prints "Press enter to unlock..." with a newline and then waits: the sentence is in the line above.
  const last = view.above.at(-1);
  if (last === undefined || !/^(?:\d\d:\d\d:\d\d )?press (?:enter|return|any key)\b/i.test(last.text)) {
    return undefined;
  }
  const message = last.text.replace(/^\d\d:\d\d:\d\d /, "").trimEnd();
  return acknowledge(message, message, undefined);
}

function acknowledge(message: string, sentence: string, complaint: string | undefined): Recognition {
  return {
    kind: "acknowledge",
    message,
    options: [{ text: purposeOf(sentence), value: true, typed: "" }],
    default: true,
    recognised: true,
    confidence: "high",
    submission: "line",
    ...(complaint === undefined ? {} : { complaint }),
  };
}

/** "Press Enter to acknowledge and release the lock." → what the button does. */
function purposeOf(sentence: string): string {
  const found = /\bto ([a-z][^.]{0,79})\.{0,3}\s*$/i.exec(sentence.slice(-120));
  return found?.[1]?.trim() ?? "continue";
}

/** "press h to show help", "press q to quit": the program offers a key, and does not wait for it. */
function isHelpHint(text: string): boolean {
  return /\bpress (?:any key|enter|return) (?:for|to show) help\b/i.test(text);
}

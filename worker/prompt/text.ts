// Recognises questions that are answered with a line of text.
import { isLogLine, questionAt } from "./question.ts";
import type { Recognition } from "./types.ts";
import type { View } from "./view.ts";

/** Lines without a newline that are not questions. */
const NOT_A_QUESTION = [
  /^\.+$/, // the dots of a wait
  /^\[(?:INFO|WARN|WARNING|ERROR|DEBUG|NOTICE)\]/i,
  /\d{1,3}% \(.{0,200}\) ?[-\\|/]?\s*$/, // scap's progress
  /\bpress [a-z?] (?:for|to show) help\b/i,
  /^\S{0,80}[$#%] $/, // a shell
];

export function recogniseText(view: View): Recognition | undefined {
  const text = view.line.text;
  if (text.trim() === "" || isLogLine(text) || NOT_A_QUESTION.some((other) => other.test(text.slice(-400)))) {
    return undefined;
  }
  const asked = text.trimEnd();
  const { message, complaint, isKnown } = questionAt(view.above, {
    ...view.line,
    text: asked.replace(/(?::| [›»])$/, ""),
  });
  return {
    kind: "text",
    message,
    options: [],
    ...defaultIn(asked),
    recognised: true,
    confidence: isKnown ? "high" : "likely",
    submission: "line",
    ...(complaint === undefined ? {} : { complaint }),
  };
}

function defaultIn(asked: string): { default?: string } {
  const found = /\(default:? ([^()[\]]{1,400})\)[:?]?$/.exec(asked.slice(-440));
  return found?.[1] === undefined ? {} : { default: found[1] };
}

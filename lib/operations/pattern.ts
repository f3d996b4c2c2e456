// Patterns of text parameters, by RE2: the time is linear in the length of the text. JavaScript's own matching backtracks, so a
// pattern such as (a+)+b would block the web process for hours on a text of fifty letters, and with it every page. Rejected: a
// time limit for RegExp, which refuses valid text on a machine under load.
import { RE2JS, RE2JSException } from "re2js";

/** Whether the whole text matches. @throws RE2JSException when the pattern has a problem. */
export function compilePattern(pattern: string): (text: string) => boolean {
  const compiled = RE2JS.compile(pattern);
  return (text) => compiled.matches(text);
}

/** Why it is not a pattern of RE2. */
export function patternProblem(pattern: string): string | undefined {
  try {
    RE2JS.compile(pattern);
    return undefined;
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    return error.message.replace("error parsing regexp: ", "This regular expression has a problem: ");
  }
}

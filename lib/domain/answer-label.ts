// Answers as the page labels them: on their buttons, and later in history and log.
import { capitalised } from "./sentence.ts";
import { visibleText } from "./visible-text.ts";

/** scap's words verbatim. Only a bare yes or no, which is our label for scap's y and n, is written like a button. */
export function optionLabel({ text }: { text: string }): string {
  const label = visibleText(text);
  return /^(?:yes|no)$/.test(label) ? capitalised(label) : label;
}

/** The label of the button that was pressed, or the text as it was typed. */
export function answerLabel(options: readonly { text: string }[], text: string): string {
  const option = options.find((one) => one.text === text);
  return option === undefined ? visibleText(text) : optionLabel(option);
}

// Key presses in an interactive program as text: "Down × 7, Enter".
import { type AnswerValue, isKeyPress, KEY_LABELS } from "./interaction.ts";
import { visibleText } from "./visible-text.ts";

type Pressed = {
  answer: { value: AnswerValue | null; text: string | null } | null;
  options: readonly { text: string; value: unknown }[];
};

/** The answer to a `screen` question: "Down", "Close the pager", or the typed text in quotation marks. */
export function pressedLabel({ answer, options }: Pressed): string {
  const value = answer?.value ?? answer?.text ?? "";
  const option = options.find((one) => one.value === value);
  return option === undefined ? pressLabel(value) : visibleText(option.text);
}

export function pressLabel(value: AnswerValue): string {
  return isKeyPress(value) ? KEY_LABELS[value.key] : `“${visibleText(String(value))}”`;
}

/** From this number of consecutive presses on, a key is shown once, with a count. */
const COUNTED_FROM = 3;

/** "Down, Down, Enter", "Down × 7, Enter". */
export function joinLabels(labels: readonly string[]): string {
  const runs: { label: string; count: number }[] = [];
  for (const label of labels) {
    const last = runs.at(-1);
    if (last?.label === label) last.count += 1;
    else runs.push({ label, count: 1 });
  }
  return runs
    .map(({ label, count }) =>
      count < COUNTED_FROM ? Array.from({ length: count }, () => label).join(", ") : `${label} × ${count}`,
    )
    .join(", ");
}

// Recognises the question of ssh about an unknown host, which has a form of its own.
import { complaintIn, questionAt } from "./question.ts";
import type { Recognition } from "./types.ts";
import type { View } from "./view.ts";

const HOST_KEY = /^(Are you sure you want to continue connecting) \(yes\/no\/\[fingerprint\]\)\? $/;
const HOST_KEY_AGAIN = /^Please type 'yes', 'no'(?: or the fingerprint)?: $/;

/** ssh accepts the whole word only. */
export function recogniseHostKey(view: View): Recognition | undefined {
  const first = HOST_KEY.exec(view.line.text);
  if (first?.[1] === undefined && !HOST_KEY_AGAIN.test(view.line.text)) return undefined;
  const text = first?.[1] === undefined ? view.line.text.trimEnd().replace(/:$/, "") : `${first[1]}?`;
  const { message } = questionAt(view.above, { ...view.line, text });
  return {
    kind: "yes_no",
    message,
    options: [
      { text: "yes", value: true, typed: "yes" },
      { text: "no", value: false, typed: "no" },
    ],
    recognised: true,
    confidence: "high",
    submission: "line",
    ...complaintIn(view.above.at(-1)),
  };
}

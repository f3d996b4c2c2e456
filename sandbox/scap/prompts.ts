// Asks questions in the form of the dialect, on the terminal or through the protocol, and repeats a question until the answer
// is valid.
import { createHash } from "node:crypto";
import type { Dialect } from "./dialect.ts";
import type { Interrupts } from "./interrupts.ts";
import type { Output } from "./output.ts";
import { pythonRepr } from "./python.ts";
import type { Protocol } from "./protocol.ts";
import type { Recording } from "./recording.ts";
import { discardTypeAhead, readLine, setEcho } from "./terminal-io.ts";

/** `id` is the question's name in recordings. */
export type YesNoQuestion = { id: string; text: string; defaultAnswer?: boolean };
type Choice<T> = { key: string; label: string; value: T };
export type ChoiceQuestion<T> = {
  id: string;
  /** Paragraphs are separated by an empty line; the last one is the question. */
  text: string;
  choices: readonly Choice<T>[];
  defaultKey?: string;
};

export type Ask = {
  yesNo(question: YesNoQuestion): Promise<boolean>;
  choice<T>(question: ChoiceQuestion<T>): Promise<T>;
  /** Accepts any text. */
  line(question: { id: string; text: string }): Promise<string>;
  /** The terminal does not echo the answer. Never asked through the protocol: the real question comes from ssh. */
  secret(question: { id: string; text: string }): Promise<string>;
  /** Waits for Enter. */
  acknowledge(question: { id: string; text: string }): Promise<void>;
};

type Channel = {
  dialect: Dialect;
  out: Output;
  interrupts: Interrupts;
  recording: Recording;
  protocol: Protocol | undefined;
};

/** The two forms of a question: a protocol message, or text on the terminal. */
type Wording = { id: string; send: (protocol: Protocol) => void; prompt: string };

export function openAsk(channel: Channel): Ask {
  const { dialect, out, interrupts, recording, protocol } = channel;
  let asked = 0;

  const put = async (wording: Wording): Promise<string> => {
    await interrupts.settle();
    const n = ++asked;
    if (protocol !== undefined) {
      recording.note({ event: "prompt", id: wording.id, n, text: wording.prompt });
      wording.send(protocol);
    } else {
      discardTypeAhead();
      recording.note({ event: "prompt", id: wording.id, n, text: wording.prompt });
      out.stderr(wording.prompt);
    }
    const answer = await readLine(interrupts);
    recording.note({ event: "answer", id: wording.id, n, text: answer });
    return answer;
  };

  const rejectAnswer = (answer: string): void => out.stdout(`Invalid choice: ${pythonRepr(answer)}\n`);

  const yesNo = async ({ id, text, defaultAnswer }: YesNoQuestion): Promise<boolean> => {
    const wording: Wording = {
      id,
      send: (to) =>
        to.choices(
          text,
          { Yes: "y", No: "n" },
          defaultAnswer === undefined ? undefined : defaultAnswer ? "y" : "n",
        ),
      prompt: `${text} ${yesNoSuffix(defaultAnswer)}: `,
    };
    for (;;) {
      const answer = await put(wording);
      const read = readYesNo(answer, defaultAnswer);
      if (read !== undefined) return read;
      rejectAnswer(answer.trim());
    }
  };

  const choice = async <T>(question: ChoiceQuestion<T>): Promise<T> => {
    const { id, text, choices, defaultKey } = question;
    const labels = Object.fromEntries(choices.map(({ key, label }) => [label, key]));
    const wording: Wording = {
      id,
      send: (to) => to.choices(text, labels, defaultKey),
      prompt: choicePrompt(dialect, question),
    };
    for (;;) {
      const answer = (await put(wording)).trim();
      const key = answer === "" && defaultKey !== undefined ? defaultKey : answer;
      const chosen = choices.find((candidate) => candidate.key === key);
      if (chosen !== undefined) return chosen.value;
      rejectAnswer(answer);
    }
  };

  const line = async ({ id, text }: { id: string; text: string }): Promise<string> =>
    put({ id, send: (to) => to.inputLine(text), prompt: text });

  const secret = async ({ id, text }: { id: string; text: string }): Promise<string> => {
    await interrupts.settle();
    const n = ++asked;
    setEcho(false);
    try {
      discardTypeAhead();
      recording.note({ event: "prompt", id, n, text, hidden: true });
      out.stderr(text);
      const answer = await readLine(interrupts);
      // A recording must not contain the secret.
      recording.note({ event: "answer", id, n, text: createHash("sha256").update(answer).digest("hex") });
      return answer;
    } finally {
      setEcho(true);
      out.stderr("\n");
    }
  };

  const acknowledge = async ({ id, text }: { id: string; text: string }): Promise<void> => {
    if (protocol === undefined) {
      await put({ id, send: () => undefined, prompt: text });
    } else {
      await choice({
        id,
        text,
        choices: [{ key: "a", label: "Acknowledge", value: null }],
      });
    }
  };

  return { yesNo, choice, line, secret, acknowledge };
}

function yesNoSuffix(defaultAnswer: boolean | undefined): string {
  if (defaultAnswer === undefined) return "[y/n]";
  return defaultAnswer ? "[Y/n]" : "[y/N]";
}

function readYesNo(answer: string, defaultAnswer: boolean | undefined): boolean | undefined {
  const key = answer.trim().toLowerCase();
  if (key === "") return defaultAnswer;
  return key === "y" ? true : key === "n" ? false : undefined;
}

function choicePrompt<T>(dialect: Dialect, { text, choices, defaultKey }: ChoiceQuestion<T>): string {
  const listed = choices
    .map(({ key, label }) =>
      key === defaultKey ? `\x1b[1m[${key}] ${label}\x1b[0m\n` : `[${key}] ${label}\n`,
    )
    .join("");
  const ending = defaultKey === undefined ? ": " : ` (default: [${defaultKey}]): `;

  if (dialect.choices === "list-first") return listed + text + ending;
  const split = text.lastIndexOf("\n\n");
  const preamble = split < 0 ? "" : text.slice(0, split + 2);
  const asked = split < 0 ? text : text.slice(split + 2);
  return preamble + listed + asked + ending;
}

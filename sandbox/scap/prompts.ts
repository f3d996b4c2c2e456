// Asks a person, in the form of the dialect, on the terminal or through the protocol, and asks again until the
// answer is one of the possible ones. Without a terminal and without the protocol the default answers.
import { createHash } from "node:crypto";
import type { Dialect } from "./dialect.ts";
import type { Interrupts } from "./interrupts.ts";
import type { Output } from "./output.ts";
import { pythonRepr } from "./python.ts";
import type { Protocol } from "./protocol.ts";
import type { Recording } from "./recording.ts";
import { discardTypeAhead, isInteractive, readLine, setEcho } from "./terminal-io.ts";

/** `id` is the question's name in recordings. */
export type YesNoQuestion = { id: string; text: string; defaultAnswer?: boolean };
type Choice<T> = { key: string; label: string; value: T };
export type ChoiceQuestion<T> = {
  id: string;
  /** Paragraphs are separated by an empty line; the last one is the question. */
  text: string;
  choices: readonly Choice<T>[];
  defaultKey?: string;
  /** The answer when nobody can be asked. */
  unattended: T;
};

export type Ask = {
  yesNo(question: YesNoQuestion): Promise<boolean>;
  choice<T>(question: ChoiceQuestion<T>): Promise<T>;
  /** Any text; empty when nobody can be asked. */
  line(question: { id: string; text: string }): Promise<string>;
  /** Hidden by the terminal, and asked there whatever the dialect: it is not scap that asks. */
  secret(question: { id: string; text: string }): Promise<string>;
  /** Waits for somebody to take note. */
  acknowledge(question: { id: string; text: string }): Promise<void>;
};

type Channel = {
  dialect: Dialect;
  out: Output;
  interrupts: Interrupts;
  recording: Recording;
  protocol: Protocol | undefined;
};

/** How one question is put: by a protocol message, or as text. */
type Wording = { id: string; send: (protocol: Protocol) => void; prompt: string };

export function openAsk(channel: Channel): Ask {
  const { dialect, out, interrupts, recording, protocol } = channel;
  const unattended = protocol === undefined && !isInteractive();
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

  const complain = (answer: string): void => out.stdout(`Invalid choice: ${pythonRepr(answer)}\n`);

  const yesNo = async ({ id, text, defaultAnswer }: YesNoQuestion): Promise<boolean> => {
    if (unattended) return defaultAnswer ?? false;
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
      complain(answer.trim());
    }
  };

  const choice = async <T>(question: ChoiceQuestion<T>): Promise<T> => {
    if (unattended) return question.unattended;
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
      complain(answer);
    }
  };

  const line = async ({ id, text }: { id: string; text: string }): Promise<string> =>
    unattended ? "" : put({ id, send: (to) => to.inputLine(text), prompt: text });

  const secret = async ({ id, text }: { id: string; text: string }): Promise<string> => {
    if (!isInteractive()) return "";
    await interrupts.settle();
    const n = ++asked;
    setEcho(false);
    try {
      discardTypeAhead();
      recording.note({ event: "prompt", id, n, text, hidden: true });
      out.stderr(text);
      const answer = await readLine(interrupts);
      // A recording is a file like any other.
      recording.note({ event: "answer", id, n, text: createHash("sha256").update(answer).digest("hex") });
      return answer;
    } finally {
      setEcho(true);
      out.stderr("\n");
    }
  };

  const acknowledge = async ({ id, text }: { id: string; text: string }): Promise<void> => {
    if (unattended) return;
    if (protocol === undefined) await put({ id, send: () => undefined, prompt: text });
    else
      await choice({
        id,
        text,
        choices: [{ key: "a", label: "Acknowledge", value: null }],
        unattended: null,
      });
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

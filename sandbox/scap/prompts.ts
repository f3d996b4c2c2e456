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

export function openAsk(channel: Channel): Ask {
  const exchange = createExchange(channel);
  const rejectAnswer = (answer: string): void =>
    channel.out.stdout(`Invalid choice: ${pythonRepr(answer)}\n`);

  const yesNo = async ({ id, text, defaultAnswer }: YesNoQuestion): Promise<boolean> => {
    const defaultKey = defaultAnswer === undefined ? undefined : defaultAnswer ? "y" : "n";
    const question: Question = {
      id,
      send: (protocol) => protocol.choices(text, { Yes: "y", No: "n" }, defaultKey),
      prompt: `${text} ${yesNoSuffix(defaultAnswer)}: `,
    };
    for (;;) {
      const answer = await exchange.ask(question);
      const read = readYesNo(answer, defaultAnswer);
      if (read !== undefined) return read;
      rejectAnswer(answer.trim());
    }
  };

  const choice = async <T>(asked: ChoiceQuestion<T>): Promise<T> => {
    const { id, text, choices, defaultKey } = asked;
    const labels = Object.fromEntries(choices.map(({ key, label }) => [label, key]));
    const question: Question = {
      id,
      send: (protocol) => protocol.choices(text, labels, defaultKey),
      prompt: choicePrompt(channel.dialect, asked),
    };
    for (;;) {
      const answer = (await exchange.ask(question)).trim();
      const key = answer === "" && defaultKey !== undefined ? defaultKey : answer;
      const chosen = choices.find((candidate) => candidate.key === key);
      if (chosen !== undefined) return chosen.value;
      rejectAnswer(answer);
    }
  };

  return {
    yesNo,
    choice,
    line: ({ id, text }) => exchange.ask({ id, send: (protocol) => protocol.inputLine(text), prompt: text }),
    secret: (question) => exchange.askSecret(question),
    acknowledge: async ({ id, text }) => {
      if (channel.protocol === undefined) await exchange.ask({ id, send: () => undefined, prompt: text });
      else await choice({ id, text, choices: [{ key: "a", label: "Acknowledge", value: null }] });
    },
  };
}

/** The two forms of a question: a protocol message, or text on the terminal. */
type Question = { id: string; send: (protocol: Protocol) => void; prompt: string };

/** Sends a question and reads one line, in whatever form. Numbers the questions for the recording. */
function createExchange({ out, interrupts, recording, protocol }: Channel) {
  let asked = 0;
  return {
    async ask({ id, send, prompt }: Question): Promise<string> {
      await interrupts.settle();
      const n = ++asked;
      if (protocol === undefined) discardTypeAhead();
      recording.note({ event: "prompt", id, n, text: prompt });
      if (protocol === undefined) out.stderr(prompt);
      else send(protocol);
      const answer = await readLine(interrupts);
      recording.note({ event: "answer", id, n, text: answer });
      return answer;
    },

    async askSecret({ id, text }: { id: string; text: string }): Promise<string> {
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
    },
  };
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

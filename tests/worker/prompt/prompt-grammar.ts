// Questions in scap's grammar with random words, together with the expected prompt that recognition has to find on a screen
// of any width. The words are arbitrary on purpose; the known prompts have fixtures.
import fc from "fast-check";
import type { PromptOption, Recognition } from "../../../worker/prompt/types.ts";

/** How many random questions a property tries; `npm run test:prompts` tries more. */
export const PROMPT_RUNS = Number(process.env["TEST_RUNS"] ?? 100);

export type GeneratedPrompt = {
  /** The terminal output: some earlier output, then the question, and nothing after it. */
  output: string;
  /** The question alone, as the program writes it (with \n, which the terminal turns into \r\n). */
  written: string;
  truth: Pick<Recognition, "kind" | "message" | "options"> & { default?: boolean | string };
};

const WORDS = [
  ..."deploy the change to all hosts, and wait (again) for #1234 — or not; 50% of 'them' are [old] http://x.example/y?z=1".split(
    " ",
  ),
  "日本語の題名",
  "한국어",
  "🐌",
  "👩‍💻",
  "naïve",
  "e\u0301tude",
  "─│┼",
  "mediawiki/extensions/VisualEditor",
  "a".repeat(30),
  "漢".repeat(45),
];

const word = fc.constantFrom(...WORDS);
const sentence = fc
  .tuple(
    fc.constantFrom("Now", "Change 1234", "Ärger", "漢字", "It is"),
    fc.array(word, { minLength: 1, maxLength: 24 }),
  )
  .map(([first, rest]) => [first, ...rest].join(" "));
const paragraph = fc.array(sentence, { minLength: 1, maxLength: 3 });
const preamble = fc
  .array(paragraph, { minLength: 0, maxLength: 3 })
  .map((paragraphs) => paragraphs.map((lines) => lines.join("\n")).join("\n\n"));

const clock = fc.tuple(fc.nat(23), fc.nat(59), fc.nat(59)).map((parts) => {
  return parts.map((part) => String(part).padStart(2, "0")).join(":");
});
const logLine = fc
  .tuple(clock, sentence, fc.constantFrom("", "\x1b[32m", "\x1b[33m", "\x1b[41;37m"))
  .map(([time, text, colour]) => (colour === "" ? `${time} ${text}\n` : `${colour}${time} ${text}\x1b[0m\n`));
/** A record of several lines is coloured as a whole; without its colour it could not be distinguished from a question. */
const longRecord = fc
  .tuple(clock, paragraph)
  .map(([time, lines]) => `\x1b[31m${time} ${lines.join("\n")}\x1b[0m\n`);
const progress = fc
  .tuple(clock, fc.nat(100), fc.constantFrom("-", "\\", "|", "/"))
  .map(([time, percent, spinner]) => {
    const line = `${time} sync: ${String(percent).padStart(3)}% (ok: ${percent}; fail: 0; left: ${100 - percent})`;
    return `${`${line} ${spinner}`.padEnd(80)}\r${line.padEnd(80)}\r\n`;
  });
const answered = sentence.map((text) => `${text}? [y/N]: y\n`);
const earlier = fc
  .array(fc.oneof(logLine, longRecord, progress, answered), { maxLength: 6 })
  .map((parts) => parts.join(""));
/** Output of another process that ends without a newline. */
const residue = fc.constantFrom("", "\x1b[0m", "\x1b[0m\x07");

const ENDINGS = [
  { text: "[y/N]: ", default: false },
  { text: "[Y/n]: ", default: true },
  { text: "[y/n]: " },
  { text: "(y/n): " },
  { text: "(y/N): ", default: false },
  { text: "(y/N) ", default: false },
  { text: "[y/N] (auto-no in 00:09): ", default: false },
  { text: "(Y/n, default in 9 s): ", default: true },
  { text: "[y/n] [12 s] " },
] as const;
const YES_NO: PromptOption[] = [
  { text: "yes", value: true, typed: "y" },
  { text: "no", value: false, typed: "n" },
];

type Question = Omit<GeneratedPrompt, "output">;

const yesNo: fc.Arbitrary<Question> = fc
  .tuple(
    preamble,
    sentence,
    fc.constantFrom("?", ""),
    fc.constantFrom(" ", "  "),
    fc.constantFrom(...ENDINGS),
  )
  .map(([context, text, mark, gap, ending]) => {
    const before = context === "" ? "" : `${context}\n`;
    return {
      written: `${before}${text}${mark}${gap}${ending.text}`,
      truth: {
        kind: "yes_no",
        message: `${before}${text}${mark}`,
        options: YES_NO,
        ...("default" in ending ? { default: ending.default } : {}),
      },
    };
  });

const key = fc.oneof(
  fc.constantFrom(..."abcdeinrxy".split("")),
  fc.nat(12).map(String),
  fc.constantFrom("left", "right", "Y", "all_groups"),
);
const list = fc.uniqueArray(fc.tuple(key, sentence), {
  minLength: 2,
  maxLength: 7,
  selector: ([name]) => name,
});

function drawList(choices: readonly (readonly [string, string])[], bold: string | undefined): string {
  return choices
    .map(([name, label]) => (name === bold ? `\x1b[1m[${name}] ${label}\x1b[0m\n` : `[${name}] ${label}\n`))
    .join("");
}

const choices: fc.Arbitrary<Question> = fc
  .tuple(
    list,
    fc.nat(6),
    preamble,
    paragraph,
    sentence,
    fc.constantFrom("today", "timed", "listFirst", "plain", "noDefault", "arrow"),
  )
  .map(([entries, chosen, context, below, text, layout]) => {
    const name = entries[chosen % entries.length]?.[0] ?? "";
    const options = entries.map(([value, label]) => ({ text: label, value, typed: value }));
    const question = `${text}?`;
    const ending = `${question} (default: [${name}]): `;
    const truth = (message: string, fallback: { default?: string }): GeneratedPrompt["truth"] => {
      return { kind: "choices", message, options, ...fallback };
    };
    switch (layout) {
      case "today": {
        const before = context === "" ? "" : `${context}\n\n`;
        return {
          written: `${before}${drawList(entries, name)}${ending}`,
          truth: truth(`${before}${question}`, { default: name }),
        };
      }
      case "listFirst": {
        const middle = `${below.join("\n")}\n\n`;
        return {
          written: `${drawList(entries, name)}${middle}${ending}`,
          truth: truth(`${middle}${question}`, { default: name }),
        };
      }
      case "plain":
        return { written: `${drawList(entries, name)}${ending}`, truth: truth(question, { default: name }) };
      case "timed":
        return {
          written: `${drawList(entries, name)}${question} (default: [${name}]) (9 s): `,
          truth: truth(question, { default: name }),
        };
      case "noDefault":
        return { written: `${drawList(entries, undefined)}${question}: `, truth: truth(question, {}) };
      case "arrow": {
        const before = context === "" ? "" : `${context}\n`;
        return {
          written: `${before}${question}\n${drawList(entries, undefined)}-> `,
          truth: truth(`${before}${question}`, {}),
        };
      }
    }
  });

const INLINE = ["yes", "no", "continue all groups", "retry", "abort"] as const;

const inlineChoices: fc.Arbitrary<Question> = fc
  .tuple(
    preamble,
    sentence,
    fc.uniqueArray(fc.constantFrom(...INLINE), { minLength: 3 }),
    fc.constantFrom("/", ", ", " | ", " "),
  )
  .map(([context, text, names, separator]) => {
    const before = context === "" ? "" : `${context}\n`;
    const drawn = names.map((name) => `[${name.charAt(0)}]${name.slice(1)}`).join(separator);
    return {
      written: `${before}${text}? ${drawn}: `,
      truth: {
        kind: "choices",
        message: `${before}${text}?`,
        options: names.map((name) => ({ text: name, value: name.charAt(0), typed: name.charAt(0) })),
      },
    };
  });

const line: fc.Arbitrary<Question> = fc
  .tuple(
    preamble,
    sentence,
    fc.option(fc.constantFrom("4.2", "Reverted by user@host via scap backport"), { nil: undefined }),
  )
  .map(([context, text, fallback]) => {
    const before = context === "" ? "" : `${context}\n`;
    const asked = fallback === undefined ? text : `${text} (default: ${fallback})`;
    return {
      written: `${before}${asked}: `,
      truth: {
        kind: "text",
        message: `${before}${asked}`,
        options: [],
        ...(fallback === undefined ? {} : { default: fallback }),
      },
    };
  });

const acknowledge: fc.Arbitrary<Question> = fc
  .tuple(preamble, fc.constantFrom("release the lock", "go on"))
  .map(([context, purpose]) => {
    const before = context === "" ? "" : `${context}\n\n`;
    const message = `${before}Press Enter to ${purpose}.`;
    return {
      written: message,
      truth: {
        kind: "acknowledge",
        message,
        options: [{ text: purpose, value: true, typed: "" }],
        default: true,
      },
    };
  });

/** An unfinished progress line under a one-line question; scap draws only such questions over one. */
const redrawn: fc.Arbitrary<GeneratedPrompt> = fc
  .tuple(earlier, clock, sentence, fc.constantFrom(...ENDINGS))
  .map(([before, time, text, ending]) => {
    const progressLine = `${time} awaiting-backport-merges:  42% (ok: 42; fail: 0; left: 58) |`.padEnd(80);
    const written = `${text}?  ${ending.text}`;
    return {
      output: terminal(`${before}${progressLine}\r${written}`),
      written,
      truth: {
        kind: "yes_no",
        message: `${text}?`,
        options: YES_NO,
        ...("default" in ending ? { default: ending.default } : {}),
      },
    };
  });

export const generatedPrompt: fc.Arbitrary<GeneratedPrompt> = fc.oneof(
  { weight: 1, arbitrary: redrawn },
  {
    weight: 9,
    arbitrary: fc
      .tuple(earlier, residue, fc.oneof(yesNo, choices, inlineChoices, line, acknowledge))
      .map(([before, left, question]) => ({
        ...question,
        output: terminal(`${before}${left}${question.written}`),
      })),
  },
);

/** Where reads cut the output: some offsets in bytes, in order. */
export const cuts = fc.array(fc.nat(4000), { maxLength: 12 });

export function chunksOf(output: string, offsets: readonly number[]): Buffer[] {
  const bytes = Buffer.from(output);
  const inside = offsets.filter((offset) => offset > 0 && offset < bytes.length).toSorted((a, b) => a - b);
  const edges = [0, ...inside, bytes.length];
  return edges.slice(1).map((end, index) => bytes.subarray(edges[index], end));
}

function terminal(text: string): string {
  return text.replaceAll("\n", "\r\n");
}

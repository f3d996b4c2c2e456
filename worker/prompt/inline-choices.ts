// Answers that are named in the line of the question, each with its key in brackets:
// `Continue? [y]es/[n]o/[c]ontinue all groups: `, `(a)bort, (r)etry or (i)gnore? `, `[Y] Yes  [N] No (default is "Y"): `.
//
// The default is named behind them, or is a single capital key among small ones.
import { questionAt } from "./question.ts";
import { withoutTimeInBrackets } from "./time-left.ts";
import type { PromptOption, Recognition } from "./types.ts";
import type { View } from "./view.ts";

const CHARACTERS_MAX = 400;
/** Not in a word: "host(s)". */
const KEY = /(?<![\p{L}\p{N}])(?:\[([\p{L}\p{N}])\]|\((\p{L})\)(?=\p{L}))/gu;
const SEPARATOR = /(?: ?[/|,;] ?(?:or )?| or | {1,4})$/;
const NAME = /^[\p{L}\p{N}][\p{L}\p{N} '’-]{0,60}$/u;

const DEFAULT = / ?\(default(?: is)?:? ["'[]?([^()[\]"']{1,40})["'\]]?\)[:?]? ?$/i;

type Choices = { from: number; options: PromptOption[] };

/** Also in a completed line, where what was typed follows. */
export function hasInlineChoices(line: string): boolean {
  const end = line.lastIndexOf(":") + 1;
  return end > 0 && choicesAtEnd(line.slice(0, end)) !== undefined;
}

export function recogniseInlineChoices(view: View): Recognition | undefined {
  const asked = withoutTimeInBrackets(view.line.text);
  const named = DEFAULT.exec(asked.slice(-CHARACTERS_MAX));
  const found = choicesAtEnd(named === null ? asked : asked.slice(0, -named[0].length));
  if (found === undefined) return undefined;
  const { from, options } = found;
  const line = { ...view.line, text: view.line.text.slice(0, from).trimEnd() };
  const { message, complaint } = questionAt(view.above, line);
  if (message === "") return undefined;
  const fallback = named?.[1] === undefined ? capitalOf(options) : namedOf(options, named[1]);
  return {
    ...asYesNo(options, fallback),
    message,
    recognised: true,
    confidence: "high",
    submission: "line",
    ...(complaint === undefined ? {} : { complaint }),
  };
}

/** The choices that end the line, from the last one back to the question. */
function choicesAtEnd(line: string): Choices | undefined {
  const cut = Math.max(0, line.length - CHARACTERS_MAX);
  const tail = line.slice(cut).replace(/[:?]? ?$/, "");
  const options: PromptOption[] = [];
  let end = tail.length;
  for (const found of Array.from(tail.matchAll(KEY)).toReversed()) {
    const key = found[1] ?? found[2] ?? "";
    const name = nameOf(key, tail.slice(found.index + found[0].length, end), end === tail.length);
    if (name === undefined || options.some(({ typed }) => typed === key)) break;
    options.unshift({ text: name, value: key, typed: key });
    end = found.index;
  }
  return options.length < 2 ? undefined : { from: cut + end, options };
}

/** @param rest what follows the key, up to the next one. */
function nameOf(key: string, rest: string, isLast: boolean): string | undefined {
  const word = isLast ? rest : rest.replace(SEPARATOR, "");
  if (!isLast && word === rest) return undefined;
  const name = word.startsWith(" ") ? word.trim() : key + word.trimEnd();
  return NAME.test(name) && word.trim() !== "" ? name : undefined;
}

function namedOf(options: readonly PromptOption[], name: string): PromptOption | undefined {
  const wanted = name.toLowerCase();
  return options.find(({ typed, text }) => [typed, text].some((each) => each.toLowerCase() === wanted));
}

function capitalOf(options: readonly PromptOption[]): PromptOption | undefined {
  const capitals = options.filter(({ typed }) => typed !== typed.toLowerCase());
  return capitals.length === 1 ? capitals[0] : undefined;
}

function asYesNo(
  options: readonly PromptOption[],
  fallback: PromptOption | undefined,
): Pick<Recognition, "kind" | "options" | "default"> {
  const [yes, no] = ["yes", "no"].map((word) => options.find(({ text }) => text.toLowerCase() === word));
  if (options.length !== 2 || yes === undefined || no === undefined) {
    return { kind: "choices", options, ...(fallback === undefined ? {} : { default: fallback.typed }) };
  }
  return {
    kind: "yes_no",
    options: [
      { text: "yes", value: true, typed: yes.typed.toLowerCase() },
      { text: "no", value: false, typed: no.typed.toLowerCase() },
    ],
    ...(fallback === undefined ? {} : { default: fallback === yes }),
  };
}

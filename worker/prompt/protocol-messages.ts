// The messages of scap's protocol, and the question of an interaction. Lenient about fields that other versions may lack or add,
// strict about those that are used.
import { z } from "zod";
import { hasControlCharacter } from "#lib/domain/interaction.ts";
import { lastCharacters } from "./view.ts";
import { MESSAGE_CHARACTERS_MAX } from "./question.ts";
import type { PromptOption, Recognition } from "./types.ts";

const scalar = z.union([z.string(), z.number()]).transform(String);
/** It is typed as it is: a newline would end the answer, and the rest would answer the next question. */
const typeable = scalar.refine((text) => !hasControlCharacter(text));
const count = z.number().nullish();

export const messageSchema = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("interaction"),
    subtype: z.enum(["choices", "input_line"]),
    prompt: z.string(),
    /** Labels with what is typed for them, in the order of the message. */
    choices: z.array(z.tuple([z.string(), typeable])).nullish(),
    default: scalar.nullish(),
  }),
  z.object({ type: z.literal("line"), line: z.string(), sensitive: z.boolean().nullish() }),
  z.object({ type: z.literal("status"), status: z.string().nullable() }),
  z.object({
    type: z.literal("progress"),
    progress: z
      .object({
        name: z.string(),
        totalTasks: count,
        tasksInFlight: count,
        tasksFinishedOk: count,
        tasksFinishedFailed: count,
        tasksFinishedTotal: count,
        tasksPercentComplete: count,
        tasksRemaining: count,
        progressFinished: z.boolean().nullish(),
      })
      .nullable(),
  }),
  z.object({ type: z.literal("response"), response: z.string(), responded_by: z.string().nullish() }),
]);

export type ProtocolMessage = z.infer<typeof messageSchema>;
export type InteractionMessage = Extract<ProtocolMessage, { type: "interaction" }>;

/** The announced question in the same form as one read from the screen. */
export function questionOf(message: InteractionMessage): Recognition {
  const choices = message.subtype === "choices" ? (message.choices ?? []) : [];
  const options: PromptOption[] = choices.map(([text, key]) => ({ text, value: key, typed: key }));
  const shared = {
    message: lastCharacters(withoutEscapes(message.prompt).trim(), MESSAGE_CHARACTERS_MAX),
    recognised: true,
    confidence: "high",
    submission: "line",
  } as const;
  const fallback = message.default ?? undefined;
  if (options.length === 0) return { kind: "text", ...shared, options, ...given(fallback) };
  if (options.length === 1) {
    return { kind: "acknowledge", ...shared, options: options.map((option) => ({ ...option, value: true })) };
  }
  const yesNo = asYesNo(options);
  if (yesNo === undefined) return { kind: "choices", ...shared, options, ...given(fallback) };
  const isYes = fallback === undefined ? undefined : yesNo.find((option) => option.typed === fallback)?.value;
  return { kind: "yes_no", ...shared, options: yesNo, ...given(isYes) };
}

function given<T>(value: T | undefined): { default?: T } {
  return value === undefined ? {} : { default: value };
}

/** Only plain yes and no: "No, roll back deployment and terminate" must be shown as it is. */
function asYesNo(options: readonly PromptOption[]): PromptOption[] | undefined {
  const yes = options.find((option) => /^y(?:es)?$/i.test(option.text) && /^y(?:es)?$/i.test(option.typed));
  const no = options.find((option) => /^no?$/i.test(option.text) && /^no?$/i.test(option.typed));
  if (options.length !== 2 || yes === undefined || no === undefined) return undefined;
  return [
    { text: "yes", value: true, typed: yes.typed },
    { text: "no", value: false, typed: no.typed },
  ];
}

function withoutEscapes(text: string): string {
  // oxlint-disable-next-line no-control-regex -- colours are control characters
  return text.replace(/\x1b\[[\d;]{0,40}m/g, "").replace(/[\x00-\x08\x0b-\x1f\x7f]/g, "");
}

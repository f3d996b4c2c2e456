// Interactions: the questions of scap and their answers.
import { z } from "zod";
import {
  DELIVERY_STATES,
  INTERACTION_KINDS,
  INTERACTION_STATES,
  SCREEN_KEYS,
} from "../domain/interaction.ts";
import { EXPIRY_ACTIONS } from "../domain/unanswered.ts";
import { id, time } from "./fields.ts";

const optionValue = z.union([z.boolean(), z.string()]);

/** One key on a `screen`; Ctrl-D also ends the input of a program that asks for `text`. */
const keyPress = z.strictObject({ key: z.enum(SCREEN_KEYS) });

export const answerValue = z.union([optionValue, keyPress]);

export const option = z.object({ text: z.string(), value: optionValue });

export const answer = z.object({
  /** Null when it is a secret: its value is never stored. */
  value: answerValue.nullable(),
  /** The words of the chosen option, or the text itself; null for a secret. */
  text: z.string().nullable(),
  answeredBy: z.string(),
  answeredAt: time,
  delivery: z.enum(DELIVERY_STATES),
});

export const interaction = z.object({
  id,
  jobId: id,
  kind: z.enum(INTERACTION_KINDS),
  message: z.string(),
  options: z.array(option),
  default: optionValue.nullable(),
  recognised: z.boolean(),
  /** scap refused the previous answer; its words. */
  complaint: z.string().nullable(),
  state: z.enum(INTERACTION_STATES),
  askedAt: time,
  endedAt: time.nullable(),
  /** When people were reminded last, because nobody answered; null when they were not. */
  remindedAt: time.nullable(),
  /** How often. */
  reminders: z.int(),
  /** When the policy ends it, if nobody answers; null when it waits for as long as it takes. */
  expiresAt: time.nullable(),
  /** What scap is sent then; null without a policy. */
  expiryAction: z.enum(EXPIRY_ACTIONS).nullable(),
  answer: answer.nullable(),
});
export type Interaction = z.infer<typeof interaction>;

export const interactionsQuery = z.object({ state: z.literal("pending").default("pending") });

export const interactionList = z.object({ interactions: z.array(interaction) });

/** The bound on text is the terminal's own line, checked again by the domain with the kind of question in hand. */
export const answerRequest = z.strictObject({
  value: z.union([z.boolean(), z.string().max(8192), keyPress]),
});

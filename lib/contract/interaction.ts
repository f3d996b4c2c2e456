// Interactions: the questions of scap and their answers.
import { z } from "zod";
import { INTERACTION_KINDS, SCREEN_KEYS } from "../domain/interaction.ts";
import { DELIVERY_STATES, INTERACTION_STATES } from "../domain/interaction-mode.ts";
import { EXPIRY_ACTIONS } from "../domain/unanswered.ts";
import { type Endpoint, json } from "./endpoint.ts";
import { id, idText, time } from "./fields.ts";

const optionValue = z.union([z.boolean(), z.string()]);

/** One key on a `screen`; Ctrl-D also ends the input of a program that asks for `text`. */
const keyPress = z.strictObject({ key: z.enum(SCREEN_KEYS) });

export const answerValue = z.union([optionValue, keyPress]);

export const option = z.object({ text: z.string(), value: optionValue });

export const answer = z.object({
  /** Null when it is a secret: its value is never stored. */
  value: answerValue.nullable(),
  /** The label of the chosen option, or the text itself; null for a secret. */
  text: z.string().nullable(),
  answeredBy: z.string(),
  answeredAt: time,
  /** Whether scap read it. */
  delivery: z.enum(DELIVERY_STATES),
  /** Errors per minute of the servers when it was accepted; null when they were not known. */
  errorsAtAnswer: z.number().nullable(),
});

export const interaction = z.object({
  id,
  jobId: id,
  kind: z.enum(INTERACTION_KINDS),
  /** The question in scap's words; the end of the screen if it was not recognised. */
  message: z.string(),
  /** Empty for `text` and `secret`. */
  options: z.array(option),
  /** The answer that Enter alone gives; null when there is none. */
  default: optionValue.nullable(),
  /** False if all that is known is that scap waits for input. */
  recognised: z.boolean(),
  /** scap's message about the previous answer, which it did not accept; null if it asks for the first time. */
  complaint: z.string().nullable(),
  state: z.enum(INTERACTION_STATES),
  askedAt: time,
  /** The line of the log at which scap waited. */
  line: z.int().positive(),
  /** When it was answered, withdrawn or expired; null while it is pending. */
  endedAt: time.nullable(),
  /** When the last reminder was sent; null before the first. */
  remindedAt: time.nullable(),
  /** Number of reminders sent. */
  reminders: z.int(),
  /** When the expiry policy ends an unanswered question; null without a policy. */
  expiresAt: time.nullable(),
  /** The signal that scap gets when the question expires; null without a policy. */
  expiryAction: z.enum(EXPIRY_ACTIONS).nullable(),
  /** Errors per minute of the servers in the ten minutes before the job started; null when they are not known. */
  errorsBefore: z.number().nullable(),
  /** The same when the question was asked. */
  errorsAtQuestion: z.number().nullable(),
  answer: answer.nullable(),
});
export type Interaction = z.infer<typeof interaction>;

export const interactionsQuery = z.strictObject({ state: z.literal("pending").default("pending") });

export const interactionList = z.object({ interactions: z.array(interaction) });

/** The domain checks the value against the kind of question: text, for example, must fit in one line of the terminal. */
export const answerRequest = z.strictObject({
  value: z.union([z.boolean(), z.string().max(8192), keyPress]),
  /** The person has seen that the error rate is above the threshold of the policy (`errors_not_confirmed`). */
  confirmsErrors: z.boolean().default(false),
});

const interactionParams = z.object({ id: idText, iid: idText });

export const interactionEndpoints = {
  listInteractions: {
    method: "GET",
    path: "/api/interactions",
    summary: "List the questions that wait for an answer, of all jobs.",
    permission: "view",
    query: interactionsQuery,
    response: json(interactionList, 200),
  },
  answerInteraction: {
    method: "PUT",
    path: "/api/jobs/{id}/interactions/{iid}/answer",
    summary: "Answer a question. The first answer wins.",
    permission: "answer_interaction",
    params: interactionParams,
    body: answerRequest,
    response: json(interaction, 200),
    problems: [
      "refused_by_policy",
      "errors_not_confirmed",
      "interaction_not_found",
      "interaction_already_answered",
      "interaction_expired",
      "interaction_withdrawn",
      "answer_not_an_option",
      "worker_unreachable",
    ],
  },
} as const satisfies Record<string, Endpoint>;

// People and their answers. Their deployments are the list of jobs with `user`.
import { z } from "zod";
import { type Endpoint, json } from "./endpoint.ts";
import { idText, numberText } from "./fields.ts";
import { interaction } from "./interaction.ts";

const ANSWERS_MAX = 100;

const personParams = z.object({
  name: z
    .string()
    .max(100)
    .refine((name) => !name.includes("\0")),
});

export const givenAnswersQuery = z.strictObject({
  limit: numberText(1, ANSWERS_MAX).default(20),
  /** `nextCursor` of the previous page. */
  cursor: idText.optional(),
});

export const givenAnswerList = z.object({
  interactions: z.array(interaction),
  nextCursor: z.string().nullable(),
});

export const personEndpoints = {
  listGivenAnswers: {
    method: "GET",
    path: "/api/people/{name}/answers",
    summary: "List the questions that a person answered, the newest first.",
    permission: "view",
    params: personParams,
    query: givenAnswersQuery,
    response: json(givenAnswerList, 200),
  },
} as const satisfies Record<string, Endpoint>;

// One answer to one question. It is valid if it is one of the question's own options, and it counts if it is
// the first; both are decided here, under the job's lock. Typing it is the worker's part, announced in the
// same transaction.
import type { Database } from "../db/connection.ts";
import { transaction, type Transaction } from "../db/connection.ts";
import { insertAnswer, lockInteraction, type LockedInteraction } from "../db/interactions.ts";
import { findInteraction } from "../db/job-rows.ts";
import { notifyAnswer, notifySecret } from "../db/notify.ts";
import { findWorkerKey } from "../db/runs.ts";
import { type AnswerFault, answerFault, type AnswerValue } from "../domain/interaction.ts";
import type { User } from "../domain/permission.ts";
import type { ExpiryAction } from "../domain/unanswered.ts";
import { AppError } from "../errors.ts";
import { seal } from "../sealed-box.ts";
import type { Queue } from "../queue/queue.ts";
import type { Interaction } from "../wire/schemas.ts";

const FAULTS: Record<AnswerFault, string> = {
  not_an_option: "Choose one of the options of the question. Nothing was typed.",
  not_text: "The question takes a text. Nothing was typed.",
  too_long: "The text is longer than a line of the terminal can be (4094 bytes). Nothing was typed.",
  control_character: "The text contains a line break or another control character. Nothing was typed.",
};

const EXPIRED: Record<ExpiryAction, string> = {
  interrupt:
    "By policy scap was interrupted; your answer was not typed. See what it asks or says now: it may ask whether to roll back.",
  terminate:
    "By policy scap was terminated; your answer was not typed. See how it ended, check the servers, and start it again if it is still wanted.",
};

/** @throws AppError interaction_not_found, interaction_already_answered, interaction_expired, interaction_withdrawn, answer_not_an_option, worker_unreachable. */
export async function answerInteraction(
  context: { db: Database; queue: Queue },
  user: User,
  given: { jobId: number; interactionId: number; value: AnswerValue },
): Promise<Interaction> {
  const { jobId, interactionId, value } = given;
  const message = await context.queue.prepare("deliver", { jobId });
  const answered = await transaction(context.db, async (tx) => {
    const question = await lockInteraction(tx, jobId, interactionId);
    if (question === undefined) throw new AppError("interaction_not_found");
    if (question.state !== "pending") return undefined;
    const fault = answerFault(question, value);
    if (fault !== undefined)
      throw new AppError("answer_not_an_option", { detail: FAULTS[fault], extra: { fault } });
    const isSecret = question.kind === "secret";
    if (isSecret) await sendSecret(tx, jobId, interactionId, String(value));
    const given = {
      interactionId,
      value: isSecret ? null : value,
      text: isSecret ? null : wordsOf(question, value),
      answeredBy: user.name,
    };
    // None of them needs another's result: one journey to the database, with the commit.
    const sent = Promise.all([
      insertAnswer(tx, jobId, given),
      notifyAnswer(tx, jobId, {
        interactionId,
        promptKey: question.promptKey,
        kind: question.kind,
        value: given.value,
        answeredBy: given.answeredBy,
      }),
      tx.execute(message.text, message.values),
    ]);
    tx.commit();
    const [interaction] = await sent;
    return interaction;
  });
  if (answered !== undefined) return answered;
  const interaction = await findInteraction(context.db, jobId, interactionId);
  if (interaction === undefined) throw new AppError("interaction_not_found");
  throw refusalOf(interaction);
}

/** The value goes to the worker's memory only: sealed, in a notification, and in no row. */
async function sendSecret(
  tx: Transaction,
  jobId: number,
  interactionId: number,
  secret: string,
): Promise<void> {
  const key = await findWorkerKey(tx, jobId);
  if (key === undefined) {
    throw new AppError("worker_unreachable", {
      detail:
        "The deployment goes on waiting. Nothing was stored or typed; enter the secret again in a few seconds.",
    });
  }
  await notifySecret(tx, jobId, interactionId, seal(key, secret));
}

function wordsOf(question: LockedInteraction, value: AnswerValue): string {
  return question.options.find((option) => option.value === value)?.text ?? String(value);
}

function refusalOf(interaction: Interaction): AppError {
  if (interaction.answer !== null) {
    const words = interaction.answer.text === null ? "" : ` "${interaction.answer.text}"`;
    return new AppError("interaction_already_answered", {
      detail: `${interaction.answer.answeredBy} answered${words}; your answer was not typed.`,
      extra: { interaction },
    });
  }
  if (interaction.state === "expired") {
    return new AppError("interaction_expired", {
      detail: EXPIRED[interaction.expiryAction ?? "interrupt"],
      extra: { interaction },
    });
  }
  return new AppError("interaction_withdrawn", {
    detail: "It went on or ended before your answer; nothing was typed.",
    extra: { interaction },
  });
}

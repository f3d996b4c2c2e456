// One answer to one question. It is valid if it is one of the question's own options, which is decided here; it counts
// if it is the first, which is decided by the database under the job's lock. Typing it is the worker's part, announced in
// the same transaction.
import type { Database } from "../db/connection.ts";
import { transaction } from "../db/connection.ts";
import { answerIfPending, findQuestion } from "../db/interactions.ts";
import { readInteraction } from "../db/job-rows.ts";
import { type Announcement, announceAnswer, announceSecret } from "../db/notify.ts";
import { findWorkerKey } from "../db/runs.ts";
import { type AnswerFault, answerFault, answerText, type AnswerValue } from "../domain/interaction.ts";
import type { User } from "../domain/permission.ts";
import type { ExpiryAction } from "../domain/unanswered.ts";
import { AppError } from "../errors.ts";
import { seal } from "../sealed-box.ts";
import type { Queue } from "../queue/queue.ts";
import type { Interaction } from "../contract/interaction.ts";

const FAULTS: Record<AnswerFault, string> = {
  not_an_option: "Choose one of the options of the question. Nothing was typed.",
  not_text: "The question takes a text. Nothing was typed.",
  too_long: "The text is longer than a line of the terminal can be (4094 bytes). Nothing was typed.",
  control_character: "The text contains a line break or another control character. Nothing was typed.",
};

const EXPIRED: Record<ExpiryAction, string> = {
  interrupt:
    "By policy scap was interrupted; your answer was not typed. At a question that ends scap, and servers keep what they have. Check them, and deploy again if it is still wanted.",
  terminate:
    "By policy scap was terminated; your answer was not typed. See how it ended, check the servers, and start it again if it is still wanted.",
};

/**
 * @throws AppError interaction_not_found, interaction_already_answered, interaction_expired, interaction_withdrawn,
 * answer_not_an_option, worker_unreachable, database_unreachable.
 */
export async function answerInteraction(
  context: { db: Database; queue: Queue },
  user: User,
  given: { jobId: number; interactionId: number; value: AnswerValue },
): Promise<Interaction> {
  const { jobId, interactionId, value } = given;
  const [question, message] = await Promise.all([
    findQuestion(context.db, jobId, interactionId),
    context.queue.prepare("deliver", { jobId }),
  ]);
  if (question === undefined) throw new AppError("interaction_not_found");
  // It is over for good, and that is what its answerer has to know, whatever the answer is worth.
  if (question.state !== "pending") {
    const over = await transaction(context.db, (tx) => readInteraction(tx, jobId, interactionId));
    if (over === undefined) throw new AppError("interaction_not_found");
    throw refusalOf(over);
  }
  const fault = answerFault(question, value);
  if (fault !== undefined)
    throw new AppError("answer_not_an_option", { detail: FAULTS[fault], extra: { fault } });
  // What is no text was refused above.
  const secret = question.kind === "secret" && typeof value === "string" ? value : undefined;
  const isSecret = secret !== undefined;
  const answer = {
    interactionId,
    value: isSecret ? null : value,
    text: isSecret ? null : answerText(question.options, value),
    answeredBy: user.name,
  };
  const { promptKey, kind, answerToken } = question;
  const announcements = [
    ...(isSecret ? [await sealSecret(context.db, jobId, interactionId, secret)] : []),
    announceAnswer(jobId, {
      interactionId,
      promptKey,
      kind,
      value: answer.value,
      answeredBy: user.name,
      answerToken,
    }),
  ];
  // One journey to the database, with the commit: the statements themselves decide whether it still waits. The queue's
  // message says only where to look, so it may leave for nothing.
  const after = await transaction(context.db, async (tx) => {
    const sent = Promise.all([
      answerIfPending(tx, jobId, answer, announcements),
      tx.execute(message.text, message.values),
    ]);
    tx.commit();
    const [outcome] = await sent;
    return outcome;
  });
  if (after === undefined) throw new AppError("interaction_not_found");
  if (!after.isTaken) throw refusalOf(after.interaction);
  return after.interaction;
}

/** The value goes to the worker's memory only: sealed, in a notification, and in no row. */
async function sealSecret(
  db: Database,
  jobId: number,
  interactionId: number,
  secret: string,
): Promise<Announcement> {
  const key = await findWorkerKey(db, jobId);
  if (key === undefined) {
    throw new AppError("worker_unreachable", {
      detail:
        "The deployment goes on waiting. Nothing was stored or typed; enter the secret again in a few seconds.",
    });
  }
  return announceSecret(jobId, interactionId, seal(key, secret));
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

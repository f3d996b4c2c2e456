// One answer to one question. It is valid if it is one of the question's options, and accepted if it is the first one. The
// transaction that stores it also wakes the worker that types it.
import { type Database, transaction, type Transaction } from "../db/connection.ts";
import { readErrorsPerMinute } from "../db/error-rates.ts";
import { findQuestion, insertAnswer } from "../db/interactions.ts";
import { readInteraction } from "../db/job-rows.ts";
import { lockJob } from "../db/jobs.ts";
import { notifySecret } from "../db/notify.ts";
import { findWorkerKey } from "../db/runs.ts";
import { type AnswerIssue, answerIssue, answerText, type AnswerValue } from "../domain/interaction.ts";
import { isRefusal } from "../domain/option-meaning.ts";
import { answerRefusal, type User } from "../domain/permission.ts";
import type { Policy, PolicyRefusal } from "../domain/policy.ts";
import type { ExpiryAction } from "../domain/unanswered.ts";
import { AppError } from "../errors.ts";
import { seal } from "../sealed-box.ts";
import { sendNotification, wakeWorker } from "../queue/send.ts";
import type { Interaction } from "../contract/interaction.ts";

const ISSUES: Record<AnswerIssue, string> = {
  not_an_option: "Nothing was typed. Choose one of the options.",
  not_text: "Nothing was typed. Enter some text.",
  too_long: "Nothing was typed: the text is longer than a terminal line (4094 bytes).",
  control_character: "Nothing was typed: the text contains a line break or another control character.",
  invisible_character: "Nothing was typed: the text contains an invisible character.",
};

const POLICY_REFUSALS: Record<PolicyRefusal, string> = {
  four_eyes:
    "You started or took over this deployment, and the policy requires that another person answers. Nothing was typed.",
  restricted: "The policy of this installation permits this answer only to other people. Nothing was typed.",
};

const EXPIRED: Record<ExpiryAction, string> = {
  interrupt:
    "Your answer was not typed: the expiry policy interrupted scap, and servers keep their current version. Check them, and deploy again if needed.",
  terminate:
    "Your answer was not typed: the expiry policy terminated scap. Check the servers, and deploy again if needed.",
};

/**
 * The lock of the job decides: until the commit, no other answer, expiry, withdrawal or takeover changes what was read here.
 * @throws AppError interaction_not_found, interaction_already_answered, interaction_expired, interaction_withdrawn,
 * refused_by_policy, errors_not_confirmed, answer_not_an_option, worker_unreachable, database_unreachable.
 */
export async function answerInteraction(
  context: { db: Database; policy: Policy },
  user: User,
  given: { jobId: number; interactionId: number; value: AnswerValue; confirmsErrors?: boolean },
): Promise<Interaction> {
  const { jobId, interactionId, value, confirmsErrors: isConfirmed = false } = given;
  return transaction(context.db, async (tx) => {
    const job = await lockJob(tx, jobId);
    const question = await findQuestion(tx, jobId, interactionId);
    if (job === undefined || question === undefined) throw new AppError("interaction_not_found");
    // Before the answer is validated: that the question is closed matters more than an invalid value.
    if (question.state !== "pending") throw refusalOf(await readBack(tx, jobId, interactionId));
    const text = answerText(question.options, value);
    const errorsPerMinute = await readErrorsPerMinute(tx);
    const refusal = answerRefusal(context.policy, user, job, {
      // Only an option says what it means. Text and single keys continue nothing by themselves.
      isRefusal: question.options.length === 0 || question.kind === "screen" || isRefusal({ text, value }),
      isConfirmed,
      errorsPerMinute,
    });
    if (refusal === "errors_not_confirmed") throw tooManyErrors(errorsPerMinute ?? 0);
    if (refusal !== undefined && refusal !== "role") {
      throw new AppError("refused_by_policy", { detail: POLICY_REFUSALS[refusal], extra: { refusal } });
    }
    const issue = answerIssue(question, value);
    if (issue !== undefined) {
      throw new AppError("answer_not_an_option", { detail: ISSUES[issue], extra: { issue } });
    }
    const isSecret = question.kind === "secret";
    await insertAnswer(tx, jobId, {
      interactionId,
      value: isSecret ? null : value,
      text: isSecret ? null : text,
      answeredBy: user.name,
    });
    if (isSecret && typeof value === "string") await sendSecret(tx, jobId, interactionId, value);
    if (job.workerId !== null) await wakeWorker(tx, job.workerId, jobId);
    await sendNotification(tx, jobId);
    return readBack(tx, jobId, interactionId);
  });
}

function tooManyErrors(errorsPerMinute: number): AppError {
  const rate = Math.round(errorsPerMinute);
  return new AppError("errors_not_confirmed", {
    detail: `The servers log ${rate} errors per minute. Nothing was typed. Check the errors, then confirm your answer.`,
    extra: { errorsPerMinute: rate },
  });
}

/** The secret goes into the memory of the worker only: sealed, in a notification, and in no row. */
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
        "The deployment is still waiting; nothing was stored or typed. Enter the secret again in a few seconds.",
    });
  }
  await notifySecret(tx, jobId, interactionId, seal(key, secret, { jobId, interactionId }));
}

async function readBack(tx: Transaction, jobId: number, interactionId: number): Promise<Interaction> {
  const interaction = await readInteraction(tx, jobId, interactionId);
  if (interaction === undefined) {
    throw new Error("an interaction is missing, although rows are never deleted");
  }
  return interaction;
}

function refusalOf(interaction: Interaction): AppError {
  if (interaction.answer !== null) {
    const text = interaction.answer.text === null ? "" : ` "${interaction.answer.text}"`;
    return new AppError("interaction_already_answered", {
      detail: `${interaction.answer.answeredBy} answered${text}. Your answer was not typed.`,
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
    detail: "It continued or ended before your answer. Nothing was typed.",
    extra: { interaction },
  });
}

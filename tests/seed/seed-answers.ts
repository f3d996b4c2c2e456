// The steps of a seeded job at a question: it is asked, and answered, withdrawn or expired.
import { askInteraction } from "#lib/db/interactions.ts";
import { moveJob } from "#lib/db/runs.ts";
import { answerText, type AnswerValue, type InteractionKind } from "#lib/domain/interaction.ts";
import type { DeliveryState } from "#lib/domain/interaction-mode.ts";
import { QUESTIONS, type SeededQuestion } from "./seed-questions.ts";
import { about, event, later, type Run, signal } from "./seed-run.ts";

export type Answered = {
  /** Default: the first option, or a text. */
  answer?: AnswerValue;
  by?: string;
  afterSeconds?: number;
  /** After how long people were reminded, each time; before `afterSeconds`. */
  remindedAfterSeconds?: readonly number[];
  delivery?: DeliveryState;
};

export async function ask(run: Run, question: SeededQuestion): Promise<void> {
  const asked = await askInteraction(run.tx, run.id, {
    ...question,
    promptKey: `prompt-${run.interactionIds.length + 1}`,
    askedAt: run.at,
    line: Math.max(1, run.output.lineCount),
  });
  run.interactionIds.push(asked.id);
  run.pendingId = asked.id;
}

export async function answer(run: Run, question: SeededQuestion, answered: Answered): Promise<void> {
  const value = answered.answer ?? question.options[0]?.value ?? "some text";
  const isSecret = question.kind === "secret";
  const text = answerText(question.options, value);
  const interactionId = run.pendingId;
  const askedAt = run.at;
  for (const seconds of answered.remindedAfterSeconds ?? []) await remind(run, askedAt, seconds);
  run.at = askedAt;
  await later(run, answered.afterSeconds ?? 20);
  await run.tx.execute(
    "update spiderpig.interaction set state = 'answered', ended_at = $2 where id = $1 and state = 'pending'",
    [interactionId, run.at],
  );
  const by = answered.by ?? "deployer";
  await run.tx.execute(
    `insert into spiderpig.answer (interaction_id, value, text, answered_by, answered_at, errors_at_answer)
     values ($1, $2, $3, $4, $5, spiderpig.errors_per_minute())`,
    [interactionId, isSecret ? null : JSON.stringify(value), isSecret ? null : text, by, run.at],
  );
  run.pendingId = undefined;
  await moveJob(run.tx, run.id, "running");
  await event(run, {
    kind: "answer_given",
    actor: by,
    ...about(interactionId),
    data: isSecret ? {} : { text },
  });
  await deliver(run, interactionId, answered.delivery ?? "consumed");
}

async function remind(run: Run, askedAt: Date, seconds: number): Promise<void> {
  run.at = new Date(askedAt.getTime() + seconds * 1000);
  const [row] = await run.tx.execute<{ reminder: number }>(
    `update spiderpig.interaction set reminded_at = $2, reminder_count = reminder_count + 1
     where id = $1
     returning reminder_count as reminder`,
    [run.pendingId, run.at],
  );
  await event(run, { kind: "interaction_reminded", ...about(run.pendingId), data: { ...row } });
}

/** The question stays unanswered, and the policy sends its signal. */
export async function expire(run: Run, question: SeededQuestion, afterSeconds: number): Promise<void> {
  const interactionId = run.pendingId;
  const { action = "interrupt" } = question.expiry ?? {};
  await later(run, afterSeconds);
  await run.tx.execute("update spiderpig.interaction set state = 'expired', ended_at = $2 where id = $1", [
    interactionId,
    run.at,
  ]);
  await event(run, {
    kind: "interaction_expired",
    actor: "policy",
    ...about(interactionId),
    data: { action },
  });
  run.pendingId = undefined;
  await moveJob(run.tx, run.id, "running");
  await signal(run, action, "policy", 1, interactionId);
}

async function deliver(run: Run, interactionId: number | undefined, delivery: DeliveryState): Promise<void> {
  if (delivery === "accepted") return;
  await later(run, 0.25);
  await run.tx.execute(
    "update spiderpig.answer set delivery = $2, settled_at = $3 where interaction_id = $1",
    [interactionId, delivery, run.at],
  );
  await event(run, { kind: "answer_settled", ...about(interactionId), data: { delivery } });
}

export function questionOf(on: InteractionKind | SeededQuestion): SeededQuestion {
  return typeof on === "string" ? QUESTIONS[on] : on;
}

// Rows of questions and answers. An answer is an inserted row with the interaction as its key, so the database accepts only the
// first, whichever process sends it.
import type {
  AnswerValue,
  GivenAnswer,
  InteractionKind,
  InteractionOption,
  OptionValue,
} from "../domain/interaction.ts";
import type { InteractionState, SettledDelivery } from "../domain/interaction-mode.ts";
import type { ExpiryPolicy } from "../domain/unanswered.ts";
import type { Database, Transaction } from "./connection.ts";
import { appendEvent } from "./events.ts";
import { moveJob } from "./runs.ts";
import { interactionKind, interactionState } from "./enums.ts";
import {
  enumOf,
  firstRow,
  integer,
  jsonb,
  nullable,
  onlyRow,
  type RowOf,
  rows,
  statement,
  text,
  timestamptz,
} from "./statement.ts";
import { settleSignalsAsLate } from "./signals.ts";

/** `typed` is what goes into the terminal for an option; only the worker reads it. */
export type StoredOption = InteractionOption & { typed?: string };

export type NewInteraction = {
  promptKey: string;
  kind: InteractionKind;
  message: string;
  options: readonly StoredOption[];
  default: OptionValue | null;
  recognised: boolean;
  complaint: string | null;
  askedAt: Date;
  /** The line of the log at which scap waits. */
  line: number;
  /** Without a policy the question never expires. */
  expiry?: ExpiryPolicy | undefined;
};

const KNOWN_QUESTION = statement(
  { id: integer, state: enumOf(interactionState) },
  "select id, state from spiderpig.interaction where job_id = $1 and prompt_key = $2",
);

const INSERT_QUESTION = statement(
  { id: integer },
  `insert into spiderpig.interaction
     (job_id, prompt_key, kind, message, options, default_value, recognised, complaint, asked_at,
      line, expires_at, expiry_action, errors_before, errors_at_question)
   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $12,
           greatest($9::timestamptz, now()) + $10::double precision * interval '1 millisecond', $11,
           (select spiderpig.errors_per_minute_before(j.started_at) from spiderpig.job j where j.id = $1),
           spiderpig.errors_per_minute())
   returning id`,
);

/**
 * Stores the question, or finds the row that an earlier worker stored for the same prompt; the job waits for its answer. The
 * caller holds the lock of the job.
 */
export async function askInteraction(
  tx: Transaction,
  jobId: number,
  asked: NewInteraction,
): Promise<{ id: number; state: InteractionState; isNew: boolean }> {
  const known = await firstRow(tx, KNOWN_QUESTION, [jobId, asked.promptKey]);
  if (known !== undefined) {
    if (known.state === "pending") await moveJob(tx, jobId, "waiting");
    return { ...known, isNew: false };
  }
  const created = await onlyRow(tx, INSERT_QUESTION, [
    jobId,
    asked.promptKey,
    asked.kind,
    asked.message,
    JSON.stringify(asked.options),
    asked.default === null ? null : JSON.stringify(asked.default),
    asked.recognised,
    asked.complaint,
    asked.askedAt,
    asked.expiry?.afterMs ?? null,
    asked.expiry?.action ?? null,
    asked.line,
  ]);
  await moveJob(tx, jobId, "waiting");
  await appendEvent(tx, jobId, {
    kind: "interaction_asked",
    at: asked.askedAt,
    interactionId: created.id,
  });
  return { id: created.id, state: "pending", isNew: true };
}

const ASKED_QUESTION = {
  id: integer,
  kind: enumOf(interactionKind),
  state: enumOf(interactionState),
  options: jsonb<StoredOption[]>(),
};
export type AskedQuestion = RowOf<typeof ASKED_QUESTION>;

const QUESTION = statement(
  ASKED_QUESTION,
  "select id, kind, state, options from spiderpig.interaction where job_id = $1 and id = $2",
);

export async function findQuestion(
  tx: Transaction,
  jobId: number,
  id: number,
): Promise<AskedQuestion | undefined> {
  return firstRow(tx, QUESTION, [jobId, id]);
}

const END_AS_ANSWERED = statement(
  { askedAt: timestamptz },
  `update spiderpig.interaction set state = 'answered', ended_at = now() where id = $1
   returning asked_at as "askedAt"`,
);

/** The caller holds the lock of the job, and the question is pending. */
export async function insertAnswer(
  tx: Transaction,
  jobId: number,
  given: { interactionId: number; value: AnswerValue | null; text: string | null; answeredBy: string },
): Promise<void> {
  const { interactionId, value, text, answeredBy } = given;
  const { askedAt } = await onlyRow(tx, END_AS_ANSWERED, [interactionId]);
  await tx.execute(
    `insert into spiderpig.answer (interaction_id, value, text, answered_by, errors_at_answer)
     values ($1, $2, $3, $4, spiderpig.errors_per_minute())`,
    [interactionId, value === null ? null : JSON.stringify(value), text, answeredBy],
  );
  await moveJob(tx, jobId, "running");
  await appendEvent(tx, jobId, {
    kind: "answer_given",
    actor: answeredBy,
    interactionId,
    data: text === null ? {} : { text },
    measured: { since: askedAt },
  });
}

const WITHDRAW = statement(
  { id: integer },
  `update spiderpig.interaction set state = 'withdrawn', ended_at = now()
   where job_id = $1 and prompt_key = $2 and state = 'pending'
   returning id`,
);

/** Withdraws a question that scap no longer asks. @returns false if it is not pending. */
export async function withdrawPrompt(
  tx: Transaction,
  jobId: number,
  promptKey: string,
  why: string,
): Promise<boolean> {
  const row = await firstRow(tx, WITHDRAW, [jobId, promptKey]);
  if (row === undefined) return false;
  await appendEvent(tx, jobId, { kind: "interaction_withdrawn", interactionId: row.id, data: { why } });
  return true;
}

const PENDING_PROMPTS = statement(
  { promptKey: text },
  `select prompt_key as "promptKey" from spiderpig.interaction where job_id = $1 and state = 'pending'`,
);

const UNSETTLED_ANSWERS = statement(
  {
    interactionId: integer,
    promptKey: text,
    kind: enumOf(interactionKind),
    value: nullable(jsonb<AnswerValue>()),
    answeredBy: text,
  },
  `select a.interaction_id as "interactionId", i.prompt_key as "promptKey", i.kind, a.value,
          a.answered_by as "answeredBy"
   from spiderpig.interaction i
   join spiderpig.answer a on a.interaction_id = i.id
   where i.job_id = $1 and a.settled_at is null
   order by a.interaction_id`,
);

/**
 * The job has ended: withdraws its open question, and settles answers and signals that were not delivered. The caller holds the
 * lock of the job, so nothing is added afterwards.
 * @param whyUndelivered the reason for answers without a known result.
 * @param reasons for the open question and for signals, if there is more to say than that the job ended.
 */
export async function settleEverything(
  tx: Transaction,
  jobId: number,
  whyUndelivered: string,
  reasons: { questions?: string; signals?: string } = {},
): Promise<void> {
  const pending = await rows(tx, PENDING_PROMPTS, [jobId]);
  for (const { promptKey } of pending) {
    await withdrawPrompt(tx, jobId, promptKey, reasons.questions ?? "the job ended");
  }
  const unsettled = await rows(tx, UNSETTLED_ANSWERS, [jobId]);
  for (const { interactionId } of unsettled) {
    await settleAnswer(tx, jobId, interactionId, "undelivered", whyUndelivered);
  }
  await settleSignalsAsLate(tx, jobId, reasons.signals ?? null);
}

/** Answers without a known result; oldest first. */
export async function listUnsettledAnswers(db: Database, jobId: number): Promise<GivenAnswer[]> {
  return rows(db, UNSETTLED_ANSWERS, [jobId]);
}

const SETTLE_ANSWER = statement(
  { answeredAt: timestamptz },
  `update spiderpig.answer
   set delivery = $2::spiderpig.delivery_state, settled_at = now()
   where interaction_id = $1 and settled_at is null
     and exists (select from spiderpig.interaction i where i.id = $1 and i.job_id = $3)
   returning answered_at as "answeredAt"`,
);

/**
 * Records the result of an answer of this job. A restored database may have given the number of a lost question to one of
 * another job, hence the check of the job. @returns false if the answer is settled already.
 */
export async function settleAnswer(
  tx: Transaction,
  jobId: number,
  interactionId: number,
  delivery: SettledDelivery,
  why: string | null,
): Promise<boolean> {
  const settled = await firstRow(tx, SETTLE_ANSWER, [interactionId, delivery, jobId]);
  if (settled === undefined) return false;
  await appendEvent(tx, jobId, {
    kind: "answer_settled",
    interactionId,
    data: { delivery, ...(why === null ? {} : { why }) },
    measured: { since: settled.answeredAt, delivery },
  });
  return true;
}

const CLOSED_PROMPTS = statement(
  { promptKey: text },
  `select i.prompt_key as "promptKey"
   from spiderpig.interaction i
   left join spiderpig.answer a on a.interaction_id = i.id
   where i.job_id = $1
     and (i.state in ('withdrawn', 'expired') or a.settled_at is not null)`,
);

/** Prompts of the job whose question is over: another worker that finds the same prompt again does not ask it. */
export async function listClosedPromptKeys(db: Database, jobId: number): Promise<string[]> {
  const found = await rows(db, CLOSED_PROMPTS, [jobId]);
  return found.map((row) => row.promptKey);
}

const KNOWN_PROMPTS = statement(
  { promptKey: text },
  `select prompt_key as "promptKey"
   from spiderpig.interaction
   where job_id = $1 and (state = 'pending' or prompt_key = $2)`,
);

/** Whether the rows have this prompt, and no open question besides it. */
export async function knowsPrompt(
  tx: Transaction,
  jobId: number,
  promptKey: string | undefined,
): Promise<boolean> {
  const found = await rows(tx, KNOWN_PROMPTS, [jobId, promptKey ?? null]);
  const keys = found.map((row) => row.promptKey);
  return (promptKey === undefined || keys.includes(promptKey)) && keys.every((key) => key === promptKey);
}

const OPEN_PROMPT = {
  interactionId: integer,
  promptKey: text,
  kind: enumOf(interactionKind),
  message: text,
  state: enumOf(interactionState),
  /** `value` is null for a secret. */
  answer: nullable(jsonb<{ value: AnswerValue | null; by: string }>()),
};
export type OpenPrompt = RowOf<typeof OPEN_PROMPT>;

const FIND_OPEN_PROMPT = statement(
  OPEN_PROMPT,
  `select i.id as "interactionId", i.prompt_key as "promptKey", i.kind, i.message, i.state,
          case when a.interaction_id is not null
               then jsonb_build_object('value', a.value, 'by', a.answered_by) end as answer
   from spiderpig.interaction i
   left join spiderpig.answer a on a.interaction_id = i.id
   where i.job_id = $1
     and (i.state = 'pending'
       or i.state = 'answered' and a.settled_at is null
       or i.state = 'expired' and exists (
         select 1 from spiderpig.signal s where s.interaction_id = i.id and s.delivered_at is null))
   order by i.id desc
   limit 1`,
);

/**
 * The question of an earlier worker that may still be open: without an answer, with an unsettled answer, or expired with an
 * undelivered signal.
 */
export async function findOpenPrompt(db: Database, jobId: number): Promise<OpenPrompt | undefined> {
  return firstRow(db, FIND_OPEN_PROMPT, [jobId]);
}

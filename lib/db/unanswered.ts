// Questions without an answer: reminders, and what a policy ends. Any worker may check them: each write is a conditional
// update under the job's lock, which answers and the end of a job take as well.
import { type ExpiryAction, POLICY_ACTOR, SIGNAL_COOLDOWN_SECONDS } from "../domain/unanswered.ts";
import type { Database, Transaction } from "./connection.ts";
import { appendEvent } from "./events.ts";
import { lockJob } from "./jobs.ts";
import { moveJob } from "./runs.ts";
import { insertSignal } from "./signals.ts";
import {
  firstRow,
  float8,
  integer,
  notNull,
  nullable,
  onlyRow,
  type RowOf,
  rows,
  statement,
  text,
  textOf,
  timestamptz,
} from "./statement.ts";

const UNANSWERED = {
  id: integer,
  jobId: integer,
  promptKey: text,
  askedAt: timestamptz,
  remindedAt: nullable(timestamptz),
  reminders: integer,
  expiresAt: nullable(timestamptz),
};
export type Unanswered = RowOf<typeof UNANSWERED>;

const UNANSWERED_QUESTIONS = statement(
  { ...UNANSWERED, now: timestamptz },
  `select i.id, i.job_id as "jobId", i.prompt_key as "promptKey", i.asked_at as "askedAt",
          i.reminded_at as "remindedAt", i.reminder_count as reminders, i.expires_at as "expiresAt", now() as now
   from spiderpig.interaction i
   where i.state = 'pending'`,
);

/** All open questions, and the time of the database, by which all workers agree. A row for each job that waits. */
export async function listUnanswered(db: Database): Promise<{ questions: Unanswered[]; now: Date }> {
  const questions = await rows(db, UNANSWERED_QUESTIONS);
  return { questions, now: questions[0]?.now ?? new Date() };
}

const MEASURE = statement(
  { count: integer, oldestSeconds: float8 },
  `select count(*)::integer as count,
          coalesce(extract(epoch from now() - min(asked_at)), 0)::float8 as "oldestSeconds"
   from spiderpig.interaction
   where state = 'pending'`,
);

/** How many questions are open, and for how long the one that was asked first; 0 when there is none. */
export async function measureUnanswered(db: Database): Promise<{ count: number; oldestSeconds: number }> {
  return onlyRow(db, MEASURE);
}

const REMIND = statement(
  { reminders: integer },
  `update spiderpig.interaction set reminded_at = now(), reminder_count = reminder_count + 1
   where id = $1 and state = 'pending' and reminder_count = $2
   returning reminder_count as reminders`,
);

/**
 * Sends one reminder to all watchers.
 * @returns false when the question is over, or another worker reminded of it meanwhile.
 */
export async function remind(tx: Transaction, question: Unanswered): Promise<boolean> {
  // The lock first: answers take job and question in this order too.
  await lockJob(tx, question.jobId);
  const row = await firstRow(tx, REMIND, [question.id, question.reminders]);
  if (row === undefined) return false;
  await appendEvent(tx, question.jobId, {
    kind: "interaction_reminded",
    interactionId: question.id,
    data: { reminder: row.reminders },
  });
  return true;
}

const EXPIRE = statement(
  { action: notNull(textOf<ExpiryAction>()) },
  `update spiderpig.interaction i set state = 'expired', ended_at = now()
   where i.id = $1 and i.job_id = $2 and i.state = 'pending' and i.expires_at <= now()
     and not exists (
       select 1 from spiderpig.signal s
       where s.job_id = i.job_id
         and (s.delivered_at is null or s.delivered_at > now() - make_interval(secs => ${SIGNAL_COOLDOWN_SECONDS})))
   returning i.expiry_action::text as action`,
);

/**
 * Expires a question that is due and requests the signal of the policy. The caller holds the job's lease, and has checked
 * that scap still asks it.
 * @returns false when it is over already, is not due, or a person is stopping scap.
 */
export async function expire(tx: Transaction, jobId: number, interactionId: number): Promise<boolean> {
  const row = await firstRow(tx, EXPIRE, [interactionId, jobId]);
  if (row === undefined) return false;
  await moveJob(tx, jobId, "running");
  await appendEvent(tx, jobId, {
    kind: "interaction_expired",
    actor: POLICY_ACTOR,
    interactionId,
    data: { action: row.action },
  });
  await insertSignal(tx, jobId, row.action, POLICY_ACTOR, interactionId);
  return true;
}

// Checks unanswered questions. Any worker sends reminders, also for jobs on an unreachable host; the row decides which worker was
// first. A question is expired by the worker that has the job, because only that worker knows whether scap still asks it. For
// an idle worker a check reads an empty index, some times per minute.
import { type Database, transaction } from "#lib/db/connection.ts";
import { listUnanswered, remind, type Unanswered } from "#lib/db/unanswered.ts";
import { type ExpiryPolicy, nextReminderAt } from "#lib/domain/unanswered.ts";
import type { Log } from "#lib/log.ts";
import { sendNotification } from "#lib/queue/send.ts";

/** A question is checked within this time after it is due. */
const CHECK_MS_MAX = 15_000;
const CHECK_MS_MIN = 250;

/** Settings of a few seconds need more frequent checks. */
export function checkIntervalMs(settings: {
  remindAfterMs: number;
  questionExpiry: ExpiryPolicy | undefined;
}): number {
  const shortest = Math.min(settings.remindAfterMs || Infinity, settings.questionExpiry?.afterMs ?? Infinity);
  return Math.max(CHECK_MS_MIN, Math.min(CHECK_MS_MAX, shortest / 10));
}

type Running = { expire(question: Unanswered): Promise<void> };

/** @throws when the database is unreachable: what is due then is still due at the next check. */
export async function checkUnanswered(options: {
  db: Database;
  remindAfterMs: number;
  /** The jobs of this worker. */
  running: ReadonlyMap<number, Running>;
  log: Log;
}): Promise<void> {
  const { db, running, log } = options;
  const { questions, now } = await listUnanswered(db);
  for (const question of questions) {
    const isExpired = question.expiresAt !== null && question.expiresAt <= now;
    if (isExpired && running.has(question.jobId)) {
      await running.get(question.jobId)?.expire(question);
      continue;
    }
    const remindAt = nextReminderAt(question, options.remindAfterMs);
    if (remindAt === undefined || remindAt > now) continue;
    const isReminded = await transaction(db, async (tx) => {
      if (!(await remind(tx, question))) return false;
      await sendNotification(tx, question.jobId);
      return true;
    });
    if (isReminded) {
      log.info("question: reminder sent", {
        "event.action": "interaction_reminded",
        jobId: question.jobId,
        interactionId: question.id,
      });
    }
  }
}

// Looks at the questions that nobody has answered. Reminding is any worker's business, also of jobs whose host is away:
// the row says who was first. What has expired is ended by the worker that has the job, because only that one knows
// whether scap still asks. An idle worker reads an empty index here, some times a minute.
import { type Database, transaction } from "#lib/db/connection.ts";
import { listUnanswered, remind, type Unanswered } from "#lib/db/unanswered.ts";
import { type ExpiryPolicy, nextReminderAt } from "#lib/domain/unanswered.ts";
import type { Log } from "#lib/log.ts";

/** A question is looked at within this time after it is due. */
const LOOK_MS_MAX = 15_000;
const LOOK_MS_MIN = 250;

/** Settings of seconds are looked after at their own pace. */
export function lookEveryMs(settings: {
  remindAfterMs: number;
  questionExpiry: ExpiryPolicy | undefined;
}): number {
  const shortest = Math.min(settings.remindAfterMs || Infinity, settings.questionExpiry?.afterMs ?? Infinity);
  return Math.max(LOOK_MS_MIN, Math.min(LOOK_MS_MAX, shortest / 10));
}

type Running = { expire(question: Unanswered): Promise<void> };

/** @throws when the database is away: what was due then is still due at the next look. */
export async function lookAtUnanswered(options: {
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
    if (await transaction(db, (tx) => remind(tx, question)))
      log.info("question: people are reminded", { jobId: question.jobId, interactionId: question.id });
  }
}

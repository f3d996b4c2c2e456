// Sends what devices should show about a job, and nothing twice. Called for every message about the job, any number of times
// and by several processes: the rows decide (lib/db/deliveries.ts), and what they mean is decided in lib/domain.
//
// After sending, everything is read again: if the question was answered meanwhile, its notification is withdrawn.
import type { Database } from "../db/connection.ts";
import {
  claimDelivery,
  deleteGoneDevice,
  findNotifiedJob,
  listPushTargets,
  type PushTarget,
  recordFailure,
  recordSent,
} from "../db/deliveries.ts";
import {
  DEFAULT_NOTIFICATION_SETTINGS,
  type NotifiedJob,
  planPush,
  type Push,
  type Recipient,
  retryDelayMs,
} from "../domain/notification.ts";
import { answerRefusal, may, type User } from "../domain/permission.ts";
import type { Policy, PolicySubject } from "../domain/policy.ts";
import { questionSummary } from "../domain/question-text.ts";
import type { Log } from "../log.ts";
import type { PushMessage, PushSender } from "./push-service.ts";

export type NotifiedAccount = { name: string } & Pick<PushTarget, "demo" | "sso" | "isSsoConfirmed">;

export type NotifyContext = {
  db: Database;
  /** Whether the settings of the site permit to use an account (lib/auth/admission.ts). */
  isAdmitted: (account: NotifiedAccount) => boolean;
  /** Who may answer. */
  policy: Policy;
  send: PushSender;
  log: Log;
};

/** More rounds than a job changes while messages are sent. */
const ROUNDS_MAX = 20;
/** Requests at the same time. */
const CONCURRENCY_MAX = 20;
/** An offline device gets the message when it returns within this time. */
const QUESTION_TTL_SECONDS = 24 * 3600;
const ENDED_TTL_SECONDS = 4 * 3600;

type Planned = { target: PushTarget; push: Push };
type Job = NotifiedJob & PolicySubject & { id: number; title: string };

/** @returns when to check the job again; undefined if a message will say so. */
export async function notifyDevices(context: NotifyContext, jobId: number): Promise<Date | undefined> {
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const { job, planned, checkAt } = await plan(context, jobId);
    if (job === undefined || planned.length === 0) return checkAt;
    for (let from = 0; from < planned.length; from += CONCURRENCY_MAX) {
      const batch = planned.slice(from, from + CONCURRENCY_MAX);
      await Promise.all(batch.map((one) => sendOne(context, job, one)));
    }
  }
  throw new Error(`job ${jobId} changed during each of ${ROUNDS_MAX} rounds of notifications`);
}

async function plan(
  { db, isAdmitted }: NotifyContext,
  jobId: number,
): Promise<{ job: Job | undefined; planned: Planned[]; checkAt: Date | undefined }> {
  const found = await findNotifiedJob(db, jobId);
  if (found === undefined) return { job: undefined, planned: [], checkAt: undefined };
  const job = jobOf(jobId, found);
  const planned: Planned[] = [];
  let checkAt: Date | undefined;
  for (const target of await listPushTargets(db, jobId)) {
    if (!isAdmitted({ ...target, name: target.userName })) continue;
    // The process that is sending plans again afterwards.
    if (target.isClaimed || !may(userOf(target), "view")) continue;
    const next = planPush(job, recipientOf(target), found.now);
    if (next.send !== undefined) planned.push({ target, push: next.send });
    checkAt = earlier(checkAt, next.checkAt);
  }
  return { job, planned, checkAt };
}

function userOf({ userName, role }: PushTarget): User {
  return { id: "", name: userName, role };
}

function earlier(one: Date | undefined, other: Date | undefined): Date | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return one < other ? one : other;
}

function jobOf(id: number, found: NonNullable<Awaited<ReturnType<typeof findNotifiedJob>>>): Job {
  const {
    state,
    requestedBy,
    responsible,
    kind: operation,
    reached,
    isPolicyOverridden,
    finishedAt,
    questionId,
    questionKind: kind,
    message,
    askedAt,
  } = found;
  const isOpen = questionId !== null && kind !== null && message !== null && askedAt !== null;
  return {
    id,
    state,
    responsible,
    requestedBy,
    kind: operation,
    reached,
    isPolicyOverridden,
    finishedAt,
    question: isOpen ? { id: questionId, kind, askedAt } : undefined,
    title: isOpen ? questionSummary({ kind, message }) : "",
  };
}

function recipientOf(target: PushTarget): Recipient {
  const { userName, isWatching, jobs, jobEnded, reminderMinutes, quietHours } = target;
  return {
    userName,
    isWatching,
    settings:
      jobs === null || jobEnded === null
        ? DEFAULT_NOTIFICATION_SETTINGS
        : { jobs, jobEnded, reminderMinutes, quietHours },
    sent: {
      notice: target.notice,
      interactionId: target.interactionId,
      reminders: target.reminders,
      at: target.sentAt,
      retryAt: target.retryAt,
    },
  };
}

/** A person who has to confirm an answer a second time may still give it. */
const NO_ERROR_RATE = { isRefusal: false, isConfirmed: true, errorsPerMinute: null };

async function sendOne(
  { db, send, log, policy }: NotifyContext,
  job: Job,
  { target, push }: Planned,
): Promise<void> {
  const version = await claimDelivery(db, job.id, target);
  if (version === undefined) return;
  const { deviceId, endpoint, failures } = target;
  const claimed = { deviceId, version };
  const facts = { jobId: job.id, notice: push.notice, deviceId, service: new URL(endpoint).host };
  const isForOthers = answerRefusal(policy, userOf(target), job, NO_ERROR_RATE) !== undefined;
  const result = await send(target, messageOf(job, push, isForOthers));
  switch (result.kind) {
    case "sent":
      log.info("push: sent", facts);
      return recordSent(db, job.id, claimed, push);
    case "gone":
      log.info("push: subscription ended", facts);
      return deleteGoneDevice(db, deviceId, endpoint);
    case "failed": {
      const delayMs = retryDelayMs(failures + 1, result.retryAfterMs);
      log.warn("push: failed; retrying", { ...facts, why: result.why, retryInSeconds: delayMs / 1000 });
      return recordFailure(db, job.id, claimed, delayMs);
    }
  }
}

/**
 * Nothing but numbers, the kind of message and the question in one line. The page has the rest.
 * @param isForOthers the person may not answer the question, but wants to know that the job waits.
 */
function messageOf(job: Job, push: Push, isForOthers: boolean): PushMessage {
  const isQuestion = push.notice === "question";
  return {
    payload: {
      jobId: job.id,
      ...push,
      ...(isQuestion ? { title: job.title } : {}),
      ...(isQuestion && isForOthers ? { isForOthers } : {}),
      ...(push.notice === "ended" ? { state: job.state } : {}),
    },
    topic: `job-${job.id}`,
    ttlSeconds: push.notice === "ended" ? ENDED_TTL_SECONDS : QUESTION_TTL_SECONDS,
    urgency: isQuestion ? "high" : "normal",
  };
}

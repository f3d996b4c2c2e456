// When a device of a person shows a notification about a job. Pure: the time is a parameter.
//
// A device shows one notification for a job at most: its open question, or that the job has ended. What it should show is
// compared with what was last sent to it, so that the same job can be checked any number of times.
import type { InteractionKind } from "./interaction.ts";
import { isTerminal, type JobState } from "./job.ts";
import { nextReminderAt } from "./unanswered.ts";

/** Of which jobs a person is notified. A job that the person watches, or stopped watching, is an exception. */
export const NOTIFIED_JOBS = ["mine", "watched", "all", "none"] as const;
export type NotifiedJobs = (typeof NOTIFIED_JOBS)[number];

/** Local times as "22:00". If `from` is later than `to`, the night between them is quiet. */
export type QuietHours = { from: string; to: string; timeZone: string };

export type NotificationSettings = {
  jobs: NotifiedJobs;
  /** Also when a job of theirs ends, not only when it waits for input. */
  jobEnded: boolean;
  /** The first reminder of a question without an answer; the interval then doubles up to an hour. Null: none. */
  reminderMinutes: number | null;
  quietHours: QuietHours | null;
};

export const DEFAULT_NOTIFICATION_SETTINGS: NotificationSettings = {
  jobs: "mine",
  jobEnded: true,
  reminderMinutes: 10,
  quietHours: null,
};

export const NOTICES = ["question", "withdrawn", "ended"] as const;
export type Notice = (typeof NOTICES)[number];

/** A notification. `interactionId` is that of the question that is shown or withdrawn. */
export type Push =
  | { notice: "question"; interactionId: number; reminders: number }
  | { notice: "withdrawn"; interactionId: number }
  | { notice: "ended" };

export type NotifiedJob = {
  state: JobState;
  /** The person who requested the job, or who took it over. */
  responsible: string;
  finishedAt: Date | null;
  question: { id: number; kind: InteractionKind; askedAt: Date } | undefined;
};

export type Recipient = {
  userName: string;
  settings: NotificationSettings;
  /** What the person chose for this job; null: nothing, so the settings decide. */
  isWatching: boolean | null;
  /** What was last sent to the device about this job. */
  sent: {
    notice: Notice | null;
    interactionId: number | null;
    reminders: number;
    at: Date | null;
    /** After an error of the push service: when to try again. */
    retryAt: Date | null;
  };
};

/** While people press keys in a program, each key press is followed by a new question that needs no notification. */
const KEY_PRESS_PAUSE_MS = 5000;
/** The end of a job is not sent later than this: it is outdated by then. */
const ENDED_MS_MAX = 3_600_000;

/** Whether a person is notified of this job's questions. */
export function isNotified(
  job: { responsible: string },
  person: { userName: string; settings: { jobs: NotifiedJobs }; isWatching: boolean | null },
): boolean {
  const { jobs } = person.settings;
  if (jobs === "none") return false;
  return person.isWatching ?? (jobs === "all" || (jobs === "mine" && job.responsible === person.userName));
}

/** What to send to a device now, or when to check again; empty if neither. */
export function planPush(job: NotifiedJob, to: Recipient, now: Date): { send?: Push; checkAt?: Date } {
  const { sent } = to;
  if (sent.retryAt !== null && sent.retryAt > now) return { checkAt: sent.retryAt };
  const isWanted = isNotified(job, to);
  if (job.question !== undefined && isWanted) return planQuestion(job.question, to, now);
  if (isEndNews(job, to, now) && isWanted) return { send: { notice: "ended" } };
  if (sent.notice === "question" && sent.interactionId !== null) {
    return { send: { notice: "withdrawn", interactionId: sent.interactionId } };
  }
  return {};
}

function planQuestion(
  question: NonNullable<NotifiedJob["question"]>,
  { settings, sent }: Recipient,
  now: Date,
): { send?: Push; checkAt?: Date } {
  const isSent = sent.notice === "question" && sent.interactionId === question.id;
  const reminders = isSent ? sent.reminders + 1 : 0;
  const dueAt = isSent
    ? nextReminderAt(
        { askedAt: question.askedAt, remindedAt: sent.at, reminders: sent.reminders },
        (settings.reminderMinutes ?? 0) * 60_000,
      )
    : new Date(question.askedAt.getTime() + (question.kind === "screen" ? KEY_PRESS_PAUSE_MS : 0));
  if (dueAt === undefined) return {};
  const at = afterQuietHours(dueAt > now ? dueAt : now, settings.quietHours);
  return at > now ? { checkAt: at } : { send: { notice: "question", interactionId: question.id, reminders } };
}

/** Quiet hours are not interrupted for it, and it is not sent after them. */
function isEndNews(job: NotifiedJob, { settings, sent, userName }: Recipient, now: Date): boolean {
  if (!isTerminal(job.state) || job.finishedAt === null || sent.notice === "ended") return false;
  if (!settings.jobEnded || job.responsible !== userName) return false;
  if (now.getTime() - job.finishedAt.getTime() > ENDED_MS_MAX) return false;
  return afterQuietHours(now, settings.quietHours) <= now;
}

const DAY_MINUTES = 24 * 60;

/** @returns `at`, or the end of the quiet hours if it is in them. */
function afterQuietHours(at: Date, quiet: QuietHours | null): Date {
  if (quiet === null) return at;
  const [from, to, now] = [minutesOf(quiet.from), minutesOf(quiet.to), localMinutes(at, quiet.timeZone)];
  const isQuiet = from <= to ? from <= now && now < to : now >= from || now < to;
  if (!isQuiet) return at;
  const minutesLeft = (to - now + DAY_MINUTES) % DAY_MINUTES;
  // A change of the clocks in between is corrected by the next check.
  return new Date((Math.floor(at.getTime() / 60_000) + minutesLeft) * 60_000);
}

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return hours * 60 + minutes;
}

function localMinutes(at: Date, timeZone: string): number {
  return minutesOf(
    new Intl.DateTimeFormat("en-GB", {
      timeZone,
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
    }).format(at),
  );
}

/** Whether the runtime knows the time zone, for example "Europe/Berlin". */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

const RETRY_MS_MIN = 5000;
const RETRY_MS_MAX = 300_000;

/** Exponential backoff after errors of a push service, which may ask for more. @param failures including the latest. */
export function retryDelayMs(failures: number, retryAfterMs = 0): number {
  return Math.max(retryAfterMs, Math.min(RETRY_MS_MAX, RETRY_MS_MIN * 2 ** Math.min(failures - 1, 10)));
}

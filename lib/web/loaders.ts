// What pages load on the server. Each loader is called with the user that the page has authorised; the same
// functions answer the API, so that a page and a program get the same.
import { listOperations } from "../actions/list-operations.ts";
import { readJob } from "../actions/read-job.ts";
import { readNotifications } from "../actions/notifications.ts";
import { requireOutput } from "../actions/require-output.ts";
import { config } from "../config.ts";
import type { PageStart } from "../db/job-search.ts";
import { type JobOverview, listJobs, listOverview } from "../db/jobs.ts";
import { listGivenAnswers } from "../db/job-rows.ts";
import { listHostStates } from "../db/hosts.ts";
import { listLanes } from "../db/lanes.ts";
import { findLineAt, findOutputTail, listLines } from "../db/log.ts";
import { readTime } from "../db/time.ts";
import { findTrain, findTrainReading } from "../db/train.ts";
import { lineFinder } from "../domain/log-text.ts";
import type { User } from "../domain/permission.ts";
import { readOwnAccount } from "../auth/own-account.ts";
import { AppError } from "../errors.ts";
import type { Interaction } from "../contract/interaction.ts";
import type { Job, JobFilter, JobPage } from "../contract/job.ts";
import type { HostState, Lane } from "../contract/lane.ts";
import { LOG_MATCHES_MAX, type LogMatches, type LogPage } from "../contract/log.ts";
import type { OperationList } from "../contract/operation.ts";
import type { NotificationState } from "../contract/notification.ts";
import type { OwnAccount } from "../contract/own-account.ts";
import type { Train, TrainReading } from "../contract/train.ts";
import { loadVapidKey } from "../notify/notifier.ts";
import { permit } from "../auth/authorise.ts";
import { services } from "./services.ts";

export async function loadOverview(
  user: User,
): Promise<JobOverview & { lanes: Lane[]; hosts: HostState[]; train: TrainReading | null }> {
  permit(user, "view");
  const { db } = services();
  const [overview, lanes, hosts, train] = await Promise.all([
    listOverview(db),
    listLanes(db),
    listHostStates(db),
    findTrainReading(db),
  ]);
  return { ...overview, lanes, hosts, train: train ?? null };
}

/** Undefined if no worker reads the train. */
export async function loadTrain(user: User): Promise<Train | undefined> {
  permit(user, "view");
  return findTrain(services().db);
}

export async function loadNotifications(user: User): Promise<NotificationState> {
  permit(user, "view");
  const { db } = services();
  const { publicKey } = await loadVapidKey(db, config());
  return readNotifications({ db, publicKey }, user);
}

export function loadOperations(user: User): OperationList {
  permit(user, "view");
  return listOperations(services(), user);
}

export async function loadOwnAccount(user: User): Promise<OwnAccount> {
  permit(user, "manage_own_account");
  return readOwnAccount(user);
}

/** Fits no screen, so that the page begins to scroll before it ends, and renders in an instant. */
const HISTORY_PAGE_JOBS = 50;

/** Jobs that meet the filter, the newest first. */
export async function loadHistory(user: User, filter: JobFilter, start: PageStart): Promise<JobPage> {
  permit(user, "view");
  const { db } = services();
  const { jobs, isMore } = await listJobs(db, filter, start, HISTORY_PAGE_JOBS);
  if (start === undefined) return { jobs, hasNewer: false, hasOlder: isMore };
  if ("olderThan" in start) return { jobs, hasNewer: true, hasOlder: isMore };
  // The first page is always full.
  return isMore ? { jobs, hasNewer: true, hasOlder: true } : loadHistory(user, filter, undefined);
}

/** Fits a page; the page of the history has the others. */
const ATTEMPTS_MAX = 100;

/** The deployments of a change, the newest first. */
export async function loadAttempts(user: User, change: number): Promise<JobPage> {
  permit(user, "view");
  const { jobs, isMore } = await listJobs(services().db, { change }, undefined, ATTEMPTS_MAX);
  return { jobs, hasNewer: false, hasOlder: isMore };
}

const PERSON_JOBS = 15;
const PERSON_ANSWERS = 50;

/** What a person deployed and answered last. */
export async function loadPerson(
  user: User,
  name: string,
): Promise<{ deployments: JobPage; answered: Interaction[] }> {
  permit(user, "view");
  const { db } = services();
  const [{ jobs, isMore }, answered] = await Promise.all([
    listJobs(db, { user: name }, undefined, PERSON_JOBS),
    listGivenAnswers(db, name, undefined, PERSON_ANSWERS),
  ]);
  return { deployments: { jobs, hasNewer: false, hasOlder: isMore }, answered };
}

/** The clock of the database, from which pages compute how long ago something was. */
export async function loadTime(): Promise<Date> {
  return readTime(services().db);
}

/** @throws AppError job_not_found. */
export async function loadJob(user: User, id: number): Promise<Job> {
  permit(user, "view");
  return readJob(services().db, id);
}

/** Very long lines: a response has fewer of them than requested, and the reader continues from the last. */
const LOG_BYTES_MAX = 8 * 1024 * 1024;

/** @throws AppError job_not_found, output_removed. */
export async function loadLog(
  user: User,
  jobId: number,
  { fromLine, fromTime, limit }: { fromLine: number; fromTime?: string | undefined; limit: number },
): Promise<LogPage> {
  permit(user, "view");
  const { db } = services();
  const tail = await findOutputTail(db, jobId);
  if (tail === undefined) throw new AppError("job_not_found");
  requireOutput(tail.removedAt);
  const from =
    fromTime === undefined
      ? fromLine
      : ((await findLineAt(db, jobId, fromTime)) ?? Math.max(1, tail.totalLines));
  const lines = from > tail.totalLines ? [] : await listLines(db, jobId, from, limit, LOG_BYTES_MAX);
  return {
    lines,
    totalLines: tail.totalLines,
    settledLines: tail.settledLines,
    complete: tail.finished,
  };
}

/** One request reads a part of a long log, so that a search does not block other requests. */
const LINES_PER_READ = 5000;
const BYTES_PER_READ = 1024 * 1024;
const READS_MAX = 10;

/** @param text as it is in a line, ignoring case. */
export async function loadLogMatches(
  user: User,
  jobId: number,
  text: string,
  fromLine: number,
): Promise<LogMatches> {
  permit(user, "view");
  const { db } = services();
  const tail = await findOutputTail(db, jobId);
  if (tail === undefined) throw new AppError("job_not_found");
  requireOutput(tail.removedAt);
  const isFound = lineFinder(text);
  const lines: number[] = [];
  let next = fromLine;
  for (let reads = 0; reads < READS_MAX && next <= tail.totalLines; reads += 1) {
    const read = await listLines(db, jobId, next, LINES_PER_READ, BYTES_PER_READ);
    // The retention policy has removed it in the meantime.
    if (read.length === 0) return { lines, nextLine: null };
    for (const line of read) {
      if (lines.length === LOG_MATCHES_MAX) return { lines, nextLine: line.n };
      next = line.n + 1;
      if (isFound(line.text)) lines.push(line.n);
    }
  }
  return { lines, nextLine: next > tail.totalLines ? null : next };
}

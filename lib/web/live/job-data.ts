// The data of the events about the job itself, and what has changed since they were sent. Pure.
import type { OutputTail } from "../../db/log.ts";
import { isTerminal } from "../../domain/job.ts";
import type { Job } from "../../contract/job.ts";

/** The job with the fields that change between two reads of it, so that no watcher gets stale ones. */
export function currentJob(job: Job, { totalLines, progress, status }: OutputTail): Job {
  return { ...job, totalLines, progress, status };
}

/** Interactions and phases that are new or changed, as names and data of events. */
export function changedEvents(before: Job, after: Job): [event: string, data: string][] {
  return [
    ...changedItems(before.interactions, after.interactions).map((data): [string, string] => [
      "interaction",
      data,
    ]),
    ...changedItems(before.phases, after.phases).map((data): [string, string] => ["phase", data]),
  ];
}

/** A question and the end of the job are shown with everything that was printed before them. */
export function opensQuestion(before: Job, after: Job): boolean {
  const { pendingInteraction: pending } = after;
  return isTerminal(after.state) || (pending !== null && pending.id !== before.pendingInteraction?.id);
}

export function progressData({ progress, status }: OutputTail): string {
  return JSON.stringify({ progress, status });
}

export function screenData({ screen }: OutputTail): string {
  return JSON.stringify({ screen });
}

/** Whether nothing else than phases was added or finished: a program may name thousands, and the job has them all. */
export function hasOnlyNewPhases(before: Job, after: Job): boolean {
  if (after.phases.length < before.phases.length) return false;
  return JSON.stringify({ ...before, phases: [] }) === JSON.stringify({ ...after, phases: [] });
}

function changedItems(before: readonly { id: number }[], after: readonly { id: number }[]): string[] {
  const known = new Map(before.map((item) => [item.id, JSON.stringify(item)]));
  return after
    .map((item) => ({ id: item.id, data: JSON.stringify(item) }))
    .filter((item) => known.get(item.id) !== item.data)
    .map((item) => item.data);
}

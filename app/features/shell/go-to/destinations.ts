// What the "Go to" dialog offers for a text: pages, jobs, changes, people and actions. Pure.
import { isLive } from "#lib/domain/job.ts";
import type { JobSummary } from "#lib/contract/job.ts";
import { jobLabel, jobSubject, parametersText } from "../../../text/labels.ts";
import { changeHref, personHref } from "../../../text/page-links.ts";

export type Destination<Action extends string = string> = {
  label: string;
  /** Shown beside the label. */
  hint?: string;
} & ({ href: string } | { action: Action });

export type Offer<Action extends string> = {
  text: string;
  /** The jobs of the overview. */
  jobs: readonly JobSummary[];
  /** Jobs that the server found for the text. */
  found: readonly JobSummary[];
  /** Pages and actions. */
  fixed: readonly Destination<Action>[];
};

/** Of each kind, because more would push the others out of view. */
const SHOWN_MAX = 5;

const JOB = /^(?:#|job\s*)\s*(\d{1,9})$/i;
const CHANGE = /^change\s*(\d{1,9})$/i;
const NUMBER = /^[1-9]\d{0,8}$/;

/** What the server finds is at the end, so that its arrival moves nothing. */
export function destinations<Action extends string>(offer: Offer<Action>): Destination<Action>[] {
  const { jobs, found, fixed } = offer;
  const text = offer.text.trim();
  if (text === "") {
    return [
      ...jobs
        .filter(({ state }) => isLive(state))
        .slice(0, SHOWN_MAX)
        .map(toJob),
      ...fixed,
    ];
  }
  const isMatch = matcher(text);
  const known = jobs.filter((job) => isMatch(jobText(job))).slice(0, SHOWN_MAX);
  const people = [...new Set(jobs.map(({ requestedBy }) => requestedBy))].filter((name) => isMatch(name));
  return unique([
    ...numbered(text, jobs),
    ...people.slice(0, SHOWN_MAX).map(toPerson),
    ...known.map(toJob),
    ...fixed.filter(({ label }) => isMatch(label)),
    {
      label: `Search all jobs for “${text}”`,
      href: `/history?${new URLSearchParams({ q: text }).toString()}`,
    },
    ...found.map(toJob),
  ]);
}

/** The job and the change of a number, which may be unknown to this page. A known job comes first. */
function numbered(text: string, jobs: readonly JobSummary[]): Destination<never>[] {
  const jobId = JOB.exec(text)?.[1];
  if (jobId !== undefined) return [toNumberedJob(jobId, jobs)];
  const change = CHANGE.exec(text)?.[1];
  if (change !== undefined) return [toChange(change)];
  if (!NUMBER.test(text)) return [];
  const newest = Math.max(0, ...jobs.map(({ id }) => id));
  const both = [toNumberedJob(text, jobs), toChange(text)];
  return Number(text) <= newest ? both : both.toReversed();
}

function toNumberedJob(id: string, jobs: readonly JobSummary[]): Destination<never> {
  const job = jobs.find((one) => one.id === Number(id));
  return job === undefined ? { label: `Job ${Number(id)}`, href: `/jobs/${Number(id)}` } : toJob(job);
}

function toChange(number: string): Destination<never> {
  return { label: `Change ${Number(number)}`, hint: "Its deployments", href: changeHref(Number(number)) };
}

function toJob(job: JobSummary): Destination<never> {
  return {
    label: `Job ${job.id}: ${jobSubject(job)}`,
    hint: `${jobLabel(job).label} · ${job.requestedBy}`,
    href: `/jobs/${job.id}`,
  };
}

function toPerson(name: string): Destination<never> {
  return { label: name, hint: "Deployments and answers", href: personHref(name) };
}

function jobText(job: JobSummary): string {
  const changes = job.changes.map(({ number, subject, project }) => `${number} ${subject} ${project}`);
  return `job ${job.id} ${job.requestedBy} ${jobLabel(job).label} ${job.operation.name} ${parametersText(job)} ${changes.join(" ")}`;
}

/** All words, in any order. */
function matcher(text: string): (candidate: string) => boolean {
  const words = text.toLowerCase().split(/\s+/);
  return (candidate) => {
    const lower = candidate.toLowerCase();
    return words.every((word) => lower.includes(word));
  };
}

function unique<Action extends string>(all: readonly Destination<Action>[]): Destination<Action>[] {
  const byKey = new Map<string, Destination<Action>>();
  for (const one of all) if (!byKey.has(keyOf(one))) byKey.set(keyOf(one), one);
  return [...byKey.values()];
}

export function keyOf(destination: Destination): string {
  return "href" in destination ? destination.href : destination.action;
}

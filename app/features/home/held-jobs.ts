// Which jobs in progress the home page shows where they are above everything else, on a narrow screen. A new question or a new
// job would push down the list that a person is reading: the page keeps what it showed, and says in its dock what is new. Pure.
import type { JobSummary } from "#lib/contract/job.ts";

/** By the id of a job, whether its place is as high as a question. */
export type HeldJobs = ReadonlyMap<number, { hasQuestion: boolean }>;

/** What is shown when the page opens, or when the person asks for what is new. */
export function holdJobs(live: readonly JobSummary[]): HeldJobs {
  return new Map(
    live.map(({ id, pendingInteraction }) => [id, { hasQuestion: pendingInteraction !== null }]),
  );
}

/** Where no job is in progress, the page keeps a place for one. */
export function withFreePlace(held: HeldJobs, live: readonly JobSummary[]): HeldJobs {
  const [first] = live;
  return held.size > 0 || first === undefined ? held : new Map([[first.id, { hasQuestion: false }]]);
}

/** The jobs in place. One that has ended since keeps its place. */
export function heldJobs(held: HeldJobs, jobs: readonly JobSummary[]): JobSummary[] {
  return [...held.keys()].flatMap((id) => jobs.find((job) => job.id === id) ?? []);
}

/** Live jobs and questions that have no place, questions first. */
export function newsOf(held: HeldJobs, live: readonly JobSummary[]): JobSummary[] {
  const isNews = ({ id, pendingInteraction }: JobSummary) => {
    const place = held.get(id);
    return place === undefined || (pendingInteraction !== null && !place.hasQuestion);
  };
  const questionFirst = (job: JobSummary) => (job.pendingInteraction === null ? 1 : 0);
  return live.filter(isNews).toSorted((a, b) => questionFirst(a) - questionFirst(b));
}

/** "Job 12 is waiting for input, and 1 more job". */
export function newsText([first, ...others]: readonly JobSummary[]): string {
  if (first === undefined) return "";
  const what = first.pendingInteraction === null ? "has started" : "is waiting for input";
  const more = others.length === 0 ? "" : ` ${others.length} more in progress.`;
  return `Job ${first.id} ${what}.${more}`;
}

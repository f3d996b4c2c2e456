// A program that takes keys asks anew after each of them. On the home page its question is held for a moment in between, or
// the job would change its place with every key, and everything below it too.
import { isLive } from "#lib/domain/job.ts";
import type { Interaction } from "#lib/contract/interaction.ts";
import type { JobSummary } from "#lib/contract/job.ts";

/** Questions that were just answered, by job. */
export type DebouncedQuestions = ReadonlyMap<number, Interaction>;

export const NONE_DEBOUNCED: DebouncedQuestions = new Map();

/** @returns `held` itself when nothing has changed. */
export function debouncedQuestions(
  held: DebouncedQuestions,
  before: readonly JobSummary[],
  now: readonly JobSummary[],
): DebouncedQuestions {
  const lastAsked = new Map(before.map(({ id, pendingInteraction }) => [id, pendingInteraction]));
  const next = new Map<number, Interaction>();
  for (const job of now) {
    const question = lastAsked.get(job.id) ?? held.get(job.id);
    const isBetweenKeys = isLive(job.state) && job.pendingInteraction === null;
    if (isBetweenKeys && question?.kind === "screen") next.set(job.id, question);
  }
  const isSame = next.size === held.size && [...next].every(([id, question]) => held.get(id) === question);
  return isSame ? held : next;
}

export function withDebouncedQuestions(
  jobs: readonly JobSummary[],
  held: DebouncedQuestions,
): readonly JobSummary[] {
  if (held.size === 0) return jobs;
  return jobs.map((job) => {
    const question = held.get(job.id);
    return question === undefined ? job : { ...job, pendingInteraction: question };
  });
}

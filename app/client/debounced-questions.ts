// An interactive program asks a new question after each key press. Where all jobs are shown, its last question stays for a moment in
// between, because otherwise the card, the tab title and the announcements would flicker with every key.
import { isLive } from "#lib/domain/job.ts";
import type { Interaction } from "#lib/contract/interaction.ts";
import type { JobSummary } from "#lib/contract/job.ts";

/** Questions that were just answered, by job id. */
export type DebouncedQuestions = ReadonlyMap<number, Interaction>;

export const NONE_DEBOUNCED: DebouncedQuestions = new Map();

/** @returns `recent` itself when nothing has changed. */
export function debouncedQuestions(
  recent: DebouncedQuestions,
  before: readonly JobSummary[],
  now: readonly JobSummary[],
): DebouncedQuestions {
  const lastAsked = new Map(before.map(({ id, pendingInteraction }) => [id, pendingInteraction]));
  const next = new Map<number, Interaction>();
  for (const job of now) {
    const question = lastAsked.get(job.id) ?? recent.get(job.id);
    const isBetweenKeys = isLive(job.state) && job.pendingInteraction === null;
    if (isBetweenKeys && question?.kind === "screen") next.set(job.id, question);
  }
  const isSame =
    next.size === recent.size && [...next].every(([id, question]) => recent.get(id) === question);
  return isSame ? recent : next;
}

export function withDebouncedQuestions(
  jobs: readonly JobSummary[],
  recent: DebouncedQuestions,
): readonly JobSummary[] {
  if (recent.size === 0) return jobs;
  return jobs.map((job) => {
    const question = recent.get(job.id);
    return question === undefined ? job : { ...job, pendingInteraction: question };
  });
}

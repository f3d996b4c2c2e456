// How far a running deployment is compared with earlier ones: whether a phase is late, when the next question is to be expected, and
// how long the rest takes. Time in which scap waits for people counts neither here nor in the usual times.
import type { Interaction } from "#lib/contract/interaction.ts";
import type { Job, Phase } from "#lib/contract/job.ts";
import { formatMinutes } from "./format.ts";

const MINUTE_MS = 60_000;

type Waits = readonly Pick<Interaction, "askedAt" | "endedAt">[];

/** The time between two moments in which scap worked. */
export function workedMs(fromMs: number, toMs: number, waits: Waits): number {
  const waited = waits.reduce((sum, { askedAt, endedAt }) => {
    const from = Math.max(fromMs, Date.parse(askedAt));
    const to = Math.min(toMs, endedAt === null ? toMs : Date.parse(endedAt));
    return sum + Math.max(0, to - from);
  }, 0);
  return Math.max(0, toMs - fromMs - waited);
}

/** More than nine of ten earlier runs took. */
export function isLate(phase: Phase, waits: Waits, nowMs: number): boolean {
  if (phase.usual === null) return false;
  const end = phase.finishedAt === null ? nowMs : Date.parse(phase.finishedAt);
  return workedMs(Date.parse(phase.startedAt), end, waits) > phase.usual.p90Ms;
}

export type Estimate = {
  /** Until the end of the job; negative when it is late; undefined when it is not known. */
  restMs: number | undefined;
  /** Until the next question; the same. */
  questionMs: number | undefined;
};

/** By the phase that started last. */
export function estimate(
  { phases, interactions }: Pick<Job, "phases" | "interactions">,
  nowMs: number,
): Estimate {
  const last = phases.findLast(({ usual }) => usual !== null);
  if (last?.usual == null) return { restMs: undefined, questionMs: undefined };
  const { restMs, questionMs } = last.usual;
  const startMs = Date.parse(last.startedAt);
  const worked = workedMs(startMs, nowMs, interactions);
  // The question that usually comes next has been asked.
  const isAsked = interactions.some(({ askedAt }) => Date.parse(askedAt) >= startMs);
  return {
    restMs: restMs === null ? undefined : restMs - worked,
    questionMs: questionMs === null || isAsked ? undefined : questionMs - worked,
  };
}

/** "About 6 min left", "3 min later than usual". */
export function restText(restMs: number): string {
  if (restMs < 0) return `${late(restMs)} than usual`;
  return restMs < MINUTE_MS ? "Less than a minute left" : `About ${formatMinutes(restMs)} left`;
}

/** The same while a question is open. One line of the details of a job, so that nothing below it moves. */
export function restOnceAnsweredText(restMs: number): string {
  if (restMs < 0) return restText(restMs);
  return `${restMs < MINUTE_MS ? "Under 1 min" : `About ${formatMinutes(restMs)}`} once answered`;
}

/** "Next question in about 4 min", "Next question 2 min later than usual". */
export function questionText(questionMs: number): string {
  if (questionMs < 0) return `Next question ${late(questionMs).toLowerCase()} than usual`;
  const minutes = formatMinutes(questionMs);
  return `Next question in ${questionMs < MINUTE_MS ? minutes : `about ${minutes}`}`;
}

function late(ms: number): string {
  return -ms < MINUTE_MS ? "A little later" : `${formatMinutes(-ms)} later`;
}

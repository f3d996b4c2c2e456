// The axis of a timeline: from the start of the job to its end, or to its expected end while it runs. Pure.
import type { Interaction } from "#lib/contract/interaction.ts";
import type { Job } from "#lib/contract/job.ts";
import { estimate } from "./estimate.ts";

export type Span = {
  from: number;
  to: number;
  /** The end of what has not ended: now, or the end of the job. */
  now: number;
};

const SPAN_MS_MIN = 10_000;

export function timelineSpan(
  job: Pick<Job, "phases" | "interactions" | "startedAt" | "createdAt" | "finishedAt">,
  nowMs: number,
): Span {
  const from = Date.parse(job.startedAt ?? job.createdAt);
  const now = job.finishedAt === null ? nowMs : Date.parse(job.finishedAt);
  const { restMs } = job.finishedAt === null ? estimate(job, nowMs) : { restMs: 0 };
  return { from, to: Math.max(from + SPAN_MS_MIN, now + Math.max(0, restMs ?? 0)), now };
}

const STEPS_MS = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14_400, 43_200, 86_400].map(
  (seconds) => seconds * 1000,
);
const TICKS_MAX = 8;

/** Round times since the start, at most eight of them. */
export function axisTicks({ from, to }: Span): number[] {
  const length = to - from;
  const step = STEPS_MS.find((ms) => length / ms <= TICKS_MAX) ?? Math.ceil(length / TICKS_MAX);
  return Array.from({ length: Math.floor(length / step) }, (_, index) => (index + 1) * step).filter(
    (ms) => ms < length * 0.97,
  );
}

/** The stretches between two moments in which scap waited for people. */
export function waitsWithin(
  interactions: readonly Pick<Interaction, "askedAt" | "endedAt">[],
  fromMs: number,
  toMs: number,
): { from: number; to: number }[] {
  return interactions
    .map(({ askedAt, endedAt }) => ({
      from: Math.max(fromMs, Date.parse(askedAt)),
      to: Math.min(toMs, endedAt === null ? toMs : Date.parse(endedAt)),
    }))
    .filter(({ from, to }) => to > from);
}

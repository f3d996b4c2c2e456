// What the job page shows, as a pure function of the events that arrived. The server's `job` event replaces
// everything; the small events bring it up to date in between. Events may arrive twice or late (a resumed
// stream, the answer to our own request overtaking the stream), so nothing here moves backwards.
import type { DeliveryState } from "#lib/domain/interaction-mode.ts";
import { isLive } from "#lib/domain/job.ts";
import type { JobEvent } from "#lib/contract/events.ts";
import type { Interaction } from "#lib/contract/interaction.ts";
import type { Job, Phase } from "#lib/contract/job.ts";

/** `output` and `screen` are kept apart: what changes many times a second must not render the whole page. */
export type JobPageEvent = Exclude<JobEvent, { event: "output" | "screen" | "end" }>;

export function reduceJob(job: Job, change: JobPageEvent): Job {
  switch (change.event) {
    case "job":
      return change.data;
    case "interaction":
      return withInteraction(job, change.data);
    case "phase":
      return { ...job, phases: upsert(job.phases, change.data) };
    case "progress":
      return { ...job, progress: change.data.progress, status: change.data.status };
  }
}

function withInteraction(job: Job, arrived: Interaction): Job {
  if (arrived.jobId !== job.id) return job;
  const known = job.interactions.find((one) => one.id === arrived.id);
  if (known !== undefined && isOlder(arrived, known)) return job;
  const interactions = upsert(job.interactions, arrived);
  const isPending = arrived.state === "pending";
  const wasPending = job.pendingInteraction?.id === arrived.id;
  const pendingInteraction = isPending ? arrived : wasPending ? null : job.pendingInteraction;
  // The job's own event follows at once; until then the badge must not contradict the question.
  const state = isLive(job.state) ? (pendingInteraction === null ? "running" : "waiting") : job.state;
  return { ...job, interactions, pendingInteraction, state };
}

const DELIVERY_RANK: Record<DeliveryState, number> = {
  accepted: 0,
  consumed: 1,
  not_consumed: 1,
  undelivered: 1,
};

function isOlder(arrived: Interaction, known: Interaction): boolean {
  if (known.state === "pending") return arrived.state === "pending" && arrived.reminders < known.reminders;
  if (arrived.state === "pending") return true;
  if (known.answer === null) return false;
  if (arrived.answer === null) return true;
  return DELIVERY_RANK[arrived.answer.delivery] < DELIVERY_RANK[known.answer.delivery];
}

function upsert<T extends Phase | Interaction>(list: readonly T[], item: T): T[] {
  const index = list.findIndex((one) => one.id === item.id);
  if (index === -1) return [...list, item].sort((a, b) => a.id - b.id);
  return list.with(index, item);
}

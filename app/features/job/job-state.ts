// The state of the job page, as a pure reducer over the events of the stream. A `job` event replaces the whole state; the
// smaller events update parts of it. Events may arrive twice or late (after a reconnect, or when the response to our own
// request arrives first), so an older state never replaces a newer one.
import type { DeliveryState } from "#lib/domain/interaction-mode.ts";
import { isLive } from "#lib/domain/job.ts";
import type { JobEvent } from "#lib/contract/events.ts";
import type { Interaction } from "#lib/contract/interaction.ts";
import type { Job, Phase } from "#lib/contract/job.ts";

/** Events about the job itself. `output` and `screen` change many times a second and must not render the whole page. */
export type JobPageEvent = Exclude<JobEvent, { event: "output" | "screen" | "viewers" | "end" }>;

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
  // The `job` event follows immediately; until then the badge must match the question.
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

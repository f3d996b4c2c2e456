// Which question the page of a job shows. A program that takes keys asks anew after each of them; between two keys its
// screen stays on the page, or everything below it would move with every key.
import { isLive } from "#lib/domain/job.ts";
import type { Interaction } from "#lib/contract/interaction.ts";
import type { Job } from "#lib/contract/job.ts";
import type { TerminalScreen } from "#lib/contract/log.ts";

export function shownQuestion(
  job: Pick<Job, "state" | "interactions" | "pendingInteraction">,
  screen: TerminalScreen | null,
): Interaction | null {
  if (job.pendingInteraction !== null) return job.pendingInteraction;
  const last = job.interactions.at(-1);
  const isBetweenKeys = screen !== null && isLive(job.state) && last?.kind === "screen";
  return isBetweenKeys ? last : null;
}

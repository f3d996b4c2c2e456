// Selects the question that the job page shows. An interactive program asks a new question after each key press; in between,
// its screen stays on the page, because otherwise the layout would shift with every key.
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

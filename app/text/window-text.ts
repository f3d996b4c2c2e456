// Texts about windows and their changes. Pure.
import { isTerminal, type Reached } from "#lib/domain/job.ts";
import type { WindowItemState, WindowPhase } from "#lib/domain/window.ts";
import type { WindowItem } from "#lib/contract/window.ts";
import { plural } from "./format.ts";
import { jobLabel, type Tone } from "./labels.ts";

export const WINDOW_PHASE_LABELS: Record<WindowPhase, { label: string; tone: Tone }> = {
  coming: { label: "Coming", tone: "neutral" },
  open: { label: "Open", tone: "progressive" },
  over: { label: "Over", tone: "neutral" },
  cancelled: { label: "Cancelled", tone: "error" },
};

const ITEM_LABELS: Record<WindowItemState, { label: string; tone: Tone }> = {
  planned: { label: "Planned", tone: "neutral" },
  absent: { label: "Author not here", tone: "warning" },
  queued: { label: "Queued", tone: "neutral" },
  running: { label: "Running", tone: "progressive" },
  waiting_for_author: { label: "Waiting for author", tone: "warning" },
  waiting_for_deployer: { label: "Waiting for input", tone: "warning" },
  deployed: { label: "Deployed", tone: "success" },
  not_deployed: { label: "Not deployed", tone: "error" },
  reverted: { label: "Reverted", tone: "neutral" },
};

/** The state of a change of a window; of one that was not deployed, why. */
export function itemLabel({ state, job }: Pick<WindowItem, "state" | "job">): { label: string; tone: Tone } {
  const label = ITEM_LABELS[state];
  return state === "not_deployed" && job !== null ? { ...jobLabel(job), tone: label.tone } : label;
}

const REACHED_TEXTS: Record<Reached, string> = {
  nowhere: "preparing",
  merged: "merged",
  testservers: "on the test servers",
  canaries: "on the canaries",
  production: "syncing to production",
};

/** Where the change is, or who is waited for; empty if the label says it all. */
export function itemDetail({ state, job, author, report }: Omit<WindowItem, "facts">): string {
  switch (state) {
    case "waiting_for_author":
      return REACHED_TEXTS.testservers;
    case "waiting_for_deployer":
      return report?.kind === "tested" && report.jobId === job?.id
        ? `tested by ${report.by}`
        : REACHED_TEXTS[job?.reached ?? "nowhere"];
    case "running":
      return REACHED_TEXTS[job?.reached ?? "nowhere"];
    case "absent":
      return `${author} is not here`;
    case "planned":
    case "queued":
    case "deployed":
    case "not_deployed":
    case "reverted":
      return "";
  }
}

type SummarisedItem = Pick<WindowItem, "state" | "author"> & { change: { number: number } };

/** "2 of 6 deployed · 1 not deployed · 1 in progress · 2 left · Waiting for ada to test 1234" */
export function windowSummary(items: readonly SummarisedItem[]): string {
  if (items.length === 0) return "No changes yet";
  const count = (...states: WindowItemState[]) => items.filter(({ state }) => states.includes(state)).length;
  const parts = [`${count("deployed")} of ${plural(items.length, "change", "changes")} deployed`];
  const failed = count("not_deployed", "reverted");
  if (failed > 0) parts.push(`${failed} unsuccessful`);
  const open = count("queued", "running", "waiting_for_author", "waiting_for_deployer");
  if (open > 0) parts.push(`${open} in progress`);
  const left = count("planned");
  if (left > 0) parts.push(`${left} left`);
  const absent = count("absent");
  if (absent > 0) parts.push(`${absent} without author`);
  const tester = items.find(({ state }) => state === "waiting_for_author");
  if (tester !== undefined) parts.push(`Waiting for ${tester.author} to test ${tester.change.number}`);
  else if (count("waiting_for_deployer") > 0) parts.push("Waiting for a deployer");
  return parts.join(" · ");
}

/** A change whose job has ended needs no test any more. */
export function isTestable({ job }: Pick<WindowItem, "job">): boolean {
  return job !== null && job.state !== "queued" && !isTerminal(job.state);
}

// Which phases of a log can be folded, and which lines are hidden then. The line that says that a phase started stays visible and
// has the button; the lines after it, up to the one that says that it finished, are hidden. Line numbers never change.
import type { Interaction } from "#lib/contract/interaction.ts";
import type { Job, Phase } from "#lib/contract/job.ts";
import { phaseStates, type PhaseState } from "../../text/phase-state.ts";
import type { LineRange } from "./line-range.ts";

export type Fold = { phase: Phase; state: PhaseState; isFolded: boolean };

/** Shorter phases are not folded when the page opens: the fold would hide less than it costs to open it. */
const FOLDED_LINES_MIN = 5;

type FoldedJob = Pick<Job, "phases" | "interactions" | "finishedAt" | "errorLine">;

/** The phases that are folded when the page opens: those that ended well, and that contain neither a question nor the first error. */
export function initiallyFolded(job: FoldedJob): ReadonlySet<number> {
  const states = phaseStates(job);
  const kept = [...job.interactions.map(({ line }: Interaction) => line), job.errorLine ?? 0];
  return new Set(
    job.phases
      .filter(({ id, firstLine, lastLine }) => {
        if (lastLine === null || states.get(id) !== "done") return false;
        if (lastLine - firstLine < FOLDED_LINES_MIN) return false;
        return !kept.some((line) => line > firstLine && line <= lastLine);
      })
      .map(({ id }) => id),
  );
}

/** By the line that has the button. Only a finished phase can be folded: the lines of a running one are what matters. */
export function foldsOf(job: FoldedJob, isFolded: (phaseId: number) => boolean): ReadonlyMap<number, Fold> {
  const states = phaseStates(job);
  return new Map(
    job.phases.map((phase) => {
      const state = states.get(phase.id) ?? "done";
      return [phase.firstLine, { phase, state, isFolded: canFold(phase) && isFolded(phase.id) }];
    }),
  );
}

export function canFold({ firstLine, lastLine }: Phase): boolean {
  return lastLine !== null && lastLine > firstLine;
}

/** Disjoint, in order. */
export function hiddenLines(folds: ReadonlyMap<number, Fold>): LineRange[] {
  const ranges: LineRange[] = [];
  // Phases are in the order of their first lines, and contain each other or are apart.
  for (const { phase, isFolded } of folds.values()) {
    if (!isFolded || phase.lastLine === null) continue;
    const last = ranges.at(-1);
    if (last !== undefined && phase.firstLine <= last.to) last.to = Math.max(last.to, phase.lastLine);
    else ranges.push({ from: phase.firstLine + 1, to: phase.lastLine });
  }
  return ranges;
}

/** The phases that contain the line, outermost first. */
export function phasesAround(phases: readonly Phase[], line: number): Phase[] {
  return phases.filter(({ firstLine, lastLine }) => line >= firstLine && line <= (lastLine ?? Infinity));
}

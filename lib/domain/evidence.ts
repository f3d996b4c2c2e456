// What the output of a job has shown so far about how far it came and how it ended. Plain JSON: it is stored together
// with the output that it was read from, so that a worker that takes the job over continues from exactly there.
// worker/output/evidence.ts fills it in; lib/domain/outcome.ts draws the conclusion.
import type { Reached, ReasonCode } from "./job.ts";

/** The groups of servers that scap syncs to, in its order. */
export const STAGES = ["testservers", "canaries", "production"] as const;
export type Stage = (typeof STAGES)[number];

/** `started`: its servers may have the change. `finished`: they have it. */
export type StageState = "started" | "finished" | "rolled_back";

/** A sentence of scap and the number of its line in the log. */
export type Sentence = { text: string; line: number };

export type Evidence = {
  /** scap voted +2, so Gerrit may merge the changes whatever becomes of scap. */
  isApproved: boolean;
  isMerged: boolean;
  /** scap started one of its phases. */
  hasPhases: boolean;
  stages: Partial<Record<Stage, StageState>>;
  /** scap said that the whole sync has finished. It says so after a rollback, too. */
  isSyncFinished: boolean;
  rollback: "rolled_back" | "failed" | null;
  /** The last sentence by which scap said that it ends early, and what that means. */
  closing: (Sentence & { code: ReasonCode }) | null;
  /** scap crashed: it ended by an error that it does not expect. */
  isCrash: boolean;
  firstErrorLine: number | null;
  /** The latest error, other than that a command below scap failed. */
  cause: Sentence | null;
  /** The latest report that a command below scap failed. */
  failedCommand: Sentence | null;
  /** What scap printed last. `isPlain`: without the time of day, as the sentence by which it refuses. */
  tail: (Sentence & { isPlain: boolean; lineCount: number }) | null;
  /** Changes that scap had to wait for, and those of them that were merged before. */
  votes: { wanted: number; alreadyMerged: number };
  /** Patch sets that scap found in place of older ones, by change number. */
  patchSets: Record<string, number>;
  /** Names of processes that scap left running and that were ended after it. */
  endedProcesses: string[];
};

export const NO_EVIDENCE: Evidence = {
  isApproved: false,
  isMerged: false,
  hasPhases: false,
  stages: {},
  isSyncFinished: false,
  rollback: null,
  closing: null,
  isCrash: false,
  firstErrorLine: null,
  cause: null,
  failedCommand: null,
  tail: null,
  votes: { wanted: 0, alreadyMerged: 0 },
  patchSets: {},
  endedProcesses: [],
};

export type Reach = {
  reached: Reached;
  /** The sync to that group of servers was not seen to finish: some of them may have the change, others not. */
  isPartial: boolean;
};

/** How far the changes came; after a rollback, where they still are. */
export function reachOf(evidence: Pick<Evidence, "stages" | "isMerged" | "rollback">): Reach {
  const { stages, isMerged, rollback } = evidence;
  const furthest = STAGES.findLast((stage) => stages[stage] !== undefined && stages[stage] !== "rolled_back");
  if (furthest !== undefined) return { reached: furthest, isPartial: stages[furthest] !== "finished" };
  const wasSynced = rollback !== null || Object.keys(stages).length > 0;
  return { reached: isMerged || wasSynced ? "merged" : "nowhere", isPartial: false };
}

// Evidence from a job's output of how far the changes came and how scap ended. Plain JSON: it is stored together with the output that
// it was read from, so that a worker continues exactly there after a failover. worker/output/evidence.ts collects it;
// lib/domain/outcome.ts concludes the outcome.
import type { Reached, ReasonCode } from "./job.ts";

/** The groups of servers that scap syncs to, in its order. */
export const STAGES = ["testservers", "canaries", "production"] as const;
export type Stage = (typeof STAGES)[number];

/** `started`: its servers may have the change. `finished`: they have it. */
export type StageState = "started" | "finished" | "rolled_back";

/** A sentence of scap and the number of its line in the log. */
export type Sentence = { text: string; line: number };

/** The last message of the output: consecutive lines, of which `text` has the first. */
export type Tail = Sentence & {
  /** Without the time of day, like the message with which scap refuses. */
  isPlain: boolean;
  lineCount: number;
  /** The lines that `text` has no space for, at the end of the message. */
  omittedLines: number;
  last: { text: string; isIndented: boolean };
  /** The next line may belong to it. */
  isOpen: boolean;
};

export type Evidence = {
  /** scap voted +2, so Gerrit may merge the changes even if scap ends. */
  isApproved: boolean;
  isMerged: boolean;
  /** scap started one of its phases. */
  hasPhases: boolean;
  stages: Partial<Record<Stage, StageState>>;
  /** The stage whose timer ended in the latest line of scap: scap ends a timer also when the stage fails. */
  ended: Stage | null;
  /** The stage that scap is rolling back automatically, because its deployment failed. */
  restoring: Stage | null;
  /** After a rollback scap reverted the change in code review, and merged the revert. */
  isReverted: boolean;
  /** scap asked a production server for its version after the train moved, and it was the wanted one. */
  isVersionVerified: boolean;
  /** scap reported that the whole sync has finished, as it also does after a rollback. */
  isSyncFinished: boolean;
  rollback: "rolled_back" | "failed" | null;
  /** The block of lines that scap is printing: the summary after a rollback, or the check of a version. */
  block: "rollback" | "version" | null;
  /** The last sentence in which scap announced an early end, and its meaning. */
  closing: (Sentence & { code: ReasonCode }) | null;
  /** scap ended by an unexpected exception. */
  isCrash: boolean;
  firstErrorLine: number | null;
  /** The latest error, except reports that a command failed. */
  cause: Sentence | null;
  /** The last line of that error, while its message may continue in the next line. */
  openErrorLine: number | null;
  /** The latest error of a program that scap ran for the stage: scap itself reports only that it failed. */
  detail: string | null;
  /** The latest report that a command that scap ran failed. */
  failedCommand: Sentence | null;
  tail: Tail | null;
  /** Changes that scap had to wait for, and those of them that were merged before. */
  votes: { wanted: number; alreadyMerged: number };
  /** Patch sets that scap found in place of older ones, by change number. */
  patchSets: Record<string, number>;
  /** Names of processes that scap left behind and that were ended after it. */
  endedProcesses: string[];
};

export const NO_EVIDENCE: Evidence = {
  isApproved: false,
  isMerged: false,
  hasPhases: false,
  stages: {},
  ended: null,
  restoring: null,
  isReverted: false,
  isVersionVerified: false,
  isSyncFinished: false,
  rollback: null,
  block: null,
  closing: null,
  isCrash: false,
  firstErrorLine: null,
  cause: null,
  detail: null,
  openErrorLine: null,
  failedCommand: null,
  tail: null,
  votes: { wanted: 0, alreadyMerged: 0 },
  patchSets: {},
  endedProcesses: [],
};

const LAST_LINE_MAX = 150;

/** The message; of a long one the beginning, which says why scap refused, and the end, which says why a program failed. */
export function tailSentence({ text, line, omittedLines, last }: Tail): Sentence {
  if (omittedLines === 0) return { text, line };
  const end =
    last.text.length > LAST_LINE_MAX ? `${last.text.slice(0, LAST_LINE_MAX).toWellFormed()}…` : last.text;
  if (omittedLines === 1) return { text: `${text} ${end}`, line };
  const more = omittedLines - 1;
  return { text: `${text} … (${more} more line${more === 1 ? "" : "s"}) … ${end}`, line };
}

export type Reach = {
  reached: Reached;
  /** There is no evidence that the sync to that group of servers finished: only some of them may have the change. */
  isPartial: boolean;
};

/** How far the changes came; after a rollback, where they still are. */
export function reachOf(evidence: Pick<Evidence, "stages" | "isMerged" | "rollback" | "isReverted">): Reach {
  const { stages, isMerged, rollback, isReverted } = evidence;
  const furthest = STAGES.findLast((stage) => stages[stage] !== undefined && stages[stage] !== "rolled_back");
  if (furthest !== undefined) return { reached: furthest, isPartial: stages[furthest] !== "finished" };
  if (isReverted) return { reached: "nowhere", isPartial: false };
  const wasSynced = rollback !== null || Object.keys(stages).length > 0;
  return { reached: isMerged || wasSynced ? "merged" : "nowhere", isPartial: false };
}

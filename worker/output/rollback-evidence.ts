// Reads what scap reports about a rollback: its summary, and how it rolls back one stage automatically (until 4.249).
import { type Evidence, STAGES, type StageState } from "#lib/domain/evidence.ts";
import { type Found, sentenceOf } from "./found.ts";
import { startedStage } from "./stage-evidence.ts";

/** The first line of a block, and the beginnings of its other lines, which mean nothing in the output of another program. */
const BLOCKS = [
  { block: "rollback", heading: "Kubernetes deployment summary:", lines: ["- ", "Result: "] },
  { block: "version", heading: "Checking version on ", lines: ["Expected", "Actual", "Result: "] },
] as const;

export function takeBlock({ evidence, sentence }: Found): void {
  const begun = BLOCKS.find(({ heading }) => sentence.startsWith(heading));
  if (begun !== undefined) evidence.block = begun.block;
  else if (evidence.block !== null && !isInside(evidence.block, sentence)) evidence.block = null;
}

function isInside(block: Evidence["block"], sentence: string): boolean {
  return BLOCKS.some((one) => one.block === block && one.lines.some((start) => sentence.startsWith(start)));
}

/** States in the summary of a rollback that add to the earlier evidence. */
const SUMMARY: Readonly<Record<string, StageState>> = {
  deployed: "finished",
  "checks-failed": "finished",
  "nothing-to-roll-back-to": "finished",
  "deploy-failed": "started",
  "partially-rolled-back": "started",
  "rollback-failed": "started",
  "rolled-back": "rolled_back",
};

export function takeSummary({ evidence }: Found, [, found, word = ""]: RegExpExecArray): void {
  const stage = STAGES.find((one) => one === found);
  if (stage === undefined || evidence.block !== "rollback" || isForeignRollback(evidence)) return;
  if (word === "not-started") {
    delete evidence.stages[stage];
    return;
  }
  const state = SUMMARY[word];
  if (state !== undefined) evidence.stages[stage] = state;
  if (word === "rollback-failed" || word === "partially-rolled-back") evidence.rollback = "failed";
}

/**
 * Another program may have printed it. scap reports a rollback before the end of the sync; without its summary, which older versions
 * do not print, only of a sync that did not reach production.
 */
function isForeignRollback({ block, stages, isSyncFinished }: Evidence): boolean {
  return isSyncFinished || (block !== "rollback" && stages.production !== undefined);
}

export function takeFailedRollback({ evidence }: Found): void {
  if (!isForeignRollback(evidence)) evidence.rollback = "failed";
}

export function takeRollback({ evidence }: Found): void {
  if (evidence.rollback === "failed" || isForeignRollback(evidence)) return;
  evidence.rollback = "rolled_back";
  // Without a summary, the sentence applies to every stage; a summary has a line for each.
  if (STAGES.some((stage) => evidence.stages[stage] === "rolled_back")) return;
  for (const stage of STAGES) {
    if (evidence.stages[stage] !== undefined) evidence.stages[stage] = "rolled_back";
  }
}

/** `Rolling back to prior state...`: of the stage whose deployment failed. */
export function takeRestore({ evidence, isPlain }: Found): void {
  if (!isPlain) evidence.restoring = startedStage(evidence) ?? null;
}

/** `Rollback completed`: the other stages keep the change. */
export function takeRestored({ evidence, isPlain }: Found): void {
  const { restoring } = evidence;
  if (isPlain || restoring === null) return;
  evidence.stages[restoring] = "rolled_back";
  evidence.rollback = "rolled_back";
  evidence.restoring = null;
}

/** `Caught another exception while trying to roll back. Giving up: …` */
export function takeFailedRestore({ evidence, sentence, line, isPlain }: Found): void {
  if (isPlain || evidence.restoring === null) return;
  evidence.rollback = "failed";
  evidence.restoring = null;
  evidence.firstErrorLine ??= line;
  evidence.cause = sentenceOf(sentence, line);
}

/** `Reverted "group1 to 1.46.0-wmf.3"`: the train reverts its change after a rollback. */
export function takeReverted({ evidence, isPlain }: Found): void {
  if (!isPlain && evidence.rollback === "rolled_back") evidence.isReverted = true;
}

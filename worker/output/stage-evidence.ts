// Reads scap's timers for the groups of servers that the changes have reached. Only lines of scap's log count: the programs that scap
// runs may print the same words, such as the subject of a commit.
import { type Stage, STAGES } from "#lib/domain/evidence.ts";
import type { Found } from "./found.ts";

const STAGE_PHASES: readonly (readonly [string, Stage])[] = [
  ["sync-testserver", "testservers"],
  ["sync-canar", "canaries"],
  ["sync-prod", "production"],
  ["sync-proxies", "production"],
  ["sync-apaches", "production"],
];

const DURATION = / \(duration: \d{1,4}m(?: \d\ds)?\)$/;

/** `Started X`, `Finished X (duration: …)`, `Failed scap sync-world: … (duration: …)`. @returns whether it was one. */
export function takePhase({ evidence, sentence, isPlain }: Found): boolean {
  if (isPlain) return false;
  const verb = ["Started ", "Finished ", "Failed "].find((one) => sentence.startsWith(one));
  if (verb === undefined) return false;
  const isStart = verb === "Started ";
  const name = sentence.slice(verb.length);
  const stage = stageOf(name);
  const isSync = name.startsWith("scap sync") || name.startsWith("scap:");
  if (verb === "Failed ") return isSync && DURATION.test(name);
  if (!isStart && (isSync || stage !== undefined)) {
    // The end of a phase that did not begin is a quotation.
    const hasBegun = stage === undefined ? evidence.hasPhases : evidence.stages[stage] !== undefined;
    if (!hasBegun || !DURATION.test(name)) return false;
  }
  if (isStart) evidence.hasPhases = true;
  // scap syncs only after the changes were merged.
  if (isSync) evidence.isMerged = true;
  if (isSync || (isStart && stage !== undefined)) evidence.isSyncFinished = !isStart;
  if (stage !== undefined) takeStage(evidence, stage, isStart);
  return true;
}

function takeStage(evidence: Found["evidence"], stage: Stage, isStart: boolean): void {
  const { stages } = evidence;
  if (!isStart) {
    if (stages[stage] !== "rolled_back") stages[stage] = "finished";
    evidence.ended = stage;
    return;
  }
  // A new version of wikis was taken to be in production; scap syncs it stage by stage.
  if (stage !== "production" && stages.canaries === undefined && stages.production === "started") {
    delete stages.production;
  }
  stages[stage] = "started";
  evidence.closing = null;
  evidence.restoring = null;
  evidence.detail = null;
  // scap continues after it has rolled back a stage automatically.
  if (evidence.rollback === "rolled_back") evidence.rollback = null;
}

/** `sync-world failed: <…`, `sync-world aborted: …`, an exception, or a rollback of the stage. */
const STAGE_FAILED =
  /^(?:[\w-]{1,40} (?:failed: |aborted: )|Unhandled error|Rolling back (?:k8s deployment for stage|to prior state))/;

/** scap's timers end also when a stage fails: then its next sentence is about the failure. */
export function failEndedStage({ evidence, sentence, isPlain }: Found): void {
  const { ended, stages } = evidence;
  if (ended === null) return;
  evidence.ended = null;
  if (!isPlain && stages[ended] === "finished" && STAGE_FAILED.test(sentence)) stages[ended] = "started";
}

function stageOf(phaseName: string): Stage | undefined {
  // Names of stages are one word.
  const space = phaseName.indexOf(" ");
  if (space !== -1 && !phaseName.startsWith(" (duration: ", space)) return undefined;
  return STAGE_PHASES.find(([prefix]) => phaseName.startsWith(prefix))?.[1];
}

/** The stage whose sync is in progress or failed. */
export function startedStage({ stages }: Found["evidence"]): Stage | undefined {
  return STAGES.findLast((stage) => stages[stage] === "started");
}

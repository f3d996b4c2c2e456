// scap's sentences that say how far the changes came or why it ends, and what each of them adds to the evidence.
import type { ReasonCode } from "#lib/domain/job.ts";
import { type Found, sentenceOf } from "./found.ts";
import {
  takeFailedRestore,
  takeFailedRollback,
  takeRestore,
  takeRestored,
  takeReverted,
  takeRollback,
  takeSummary,
} from "./rollback-evidence.ts";

const PATCH_SETS_MAX = 100;

type Statement = {
  pattern: RegExp;
  means: (found: Found, match: RegExpExecArray) => void;
};

const closes = (code: ReasonCode) => (found: Found) => close(found, code);
/** scap skips the sync only after the merge. */
const skips = (code: ReasonCode) => (found: Found) => {
  found.evidence.isMerged = true;
  close(found, code);
};

/** By the first character of the sentence. */
const STATEMENTS = new Map<string, readonly Statement[]>([
  ["V", [{ pattern: /^Voting on (\d{1,6}) change/, means: takeVoting }]],
  [
    "C",
    [
      { pattern: /^Change \d{1,9} approved\b/, means: takeApproval },
      { pattern: /^Change \d{1,9} was already merged\b/, means: takeMergedBefore },
      {
        pattern: /^Change (\d{1,9}) has been updated from patchset \d{1,9} to patchset (\d{1,9})\b/,
        means: takePatchSet,
      },
      { pattern: /^Collecting commits to deploy\b/, means: takeMerge },
      { pattern: /^Cancell?ed by user[.!]?$/i, means: closes("answered_no") },
      { pattern: /^Caught another exception while trying to roll back\b/, means: takeFailedRestore },
    ],
  ],
  [
    "A",
    [
      { pattern: /^All changes have been merged\b/, means: takeMerge },
      { pattern: /^Aborting: cancell?ed by user[.!]?$/i, means: closes("answered_no") },
    ],
  ],
  ["T", [{ pattern: /^The(?:re were| following are) unexpected commits pulled\b/, means: takeMerge }]],
  [
    "S",
    [
      { pattern: /^Skipping sync since there are no deployable commits\b/, means: skips("no_commits") },
      {
        pattern: /^Skipping sync since all commits were beta\/labs-only changes\b/,
        means: skips("beta_only"),
      },
      {
        pattern: /^Skipping sync since --stop-before-sync was specified\b/,
        means: skips("stopped_before_sync"),
      },
      { pattern: /^Stopping before (?:the )?sync\b/, means: skips("stopped_before_sync") },
      {
        pattern: /^Scap cancell?ed(?: without rolling back\b|[.!]?$)/,
        means: closes("ended_without_rollback"),
      },
      { pattern: /^Sync cancell?ed(?: by user)?(?:[.!]|$)/, means: closes("answered_no") },
      { pattern: /^Synchronized .{1,1000} \(duration: /, means: takeFinalLine },
    ],
  ],
  ["B", [{ pattern: /^Backport cancell?ed/, means: closes("answered_no") }]],
  ["D", [{ pattern: /^Deployment cancell?ed(?: by user)?(?:[.!]|$)/, means: closes("answered_no") }]],
  ["P", [{ pattern: /^Pushing versions update patch\b/, means: takeApproval }]],
  ["W", [{ pattern: /^Waiting for jenkins to merge (?:the patch|change)\b/, means: takeApproval }]],
  [
    "R",
    [
      { pattern: /^Revert cancell?ed(?: by user)?(?:[.!]|$)/, means: closes("answered_no") },
      { pattern: /^Running git pull$/, means: takePull },
      { pattern: /^Running scap sync-wikiversions\b/, means: takeVersions },
      { pattern: /^Result: {1,10}SUCCESS$/, means: takeVersionCheck },
      { pattern: /^Result: rolled back\b/, means: takeRollback },
      { pattern: /^Result: rollback (?:cancell?ed|failed)\b/, means: takeFailedRollback },
      { pattern: /^Rolling back to prior state\b/, means: takeRestore },
      { pattern: /^Rollback completed$/, means: takeRestored },
      { pattern: /^Reverted "/, means: takeReverted },
    ],
  ],
  ["r", [{ pattern: /^rebuilt and synchronized wikiversions files: /, means: takeFinalLine }]],
  ["-", [{ pattern: /^- (testservers|canaries|production): ([a-z-]{1,40})$/, means: takeSummary }]],
]);

export function statementOf(sentence: string): (Statement & { match: RegExpExecArray }) | undefined {
  for (const statement of STATEMENTS.get(sentence.charAt(0)) ?? []) {
    const match = statement.pattern.exec(sentence);
    if (match !== null) return { ...statement, match };
  }
  return undefined;
}

const CANCELLATION =
  /^(?:aborting: )?(?:(?:backport|revert|sync|deployment) )?cancell?ed(?: by user)?[.!]?$/i;

/** Whether a sentence says that a person cancelled, and nothing else. */
export function isCancellation(sentence: string): boolean {
  return CANCELLATION.test(sentence);
}

function close({ evidence, sentence, line }: Found, code: ReasonCode): void {
  evidence.closing = { ...sentenceOf(sentence, line), code };
}

function takeVoting({ evidence }: Found, [, wanted]: RegExpExecArray): void {
  evidence.votes = { wanted: Number(wanted), alreadyMerged: 0 };
}

/** Of a deployed change, or of the train's own change. */
function takeApproval({ evidence }: Found): void {
  evidence.isApproved = true;
}

function takeMergedBefore({ evidence }: Found): void {
  const { votes } = evidence;
  votes.alreadyMerged += 1;
  if (votes.alreadyMerged >= votes.wanted) evidence.isMerged = true;
}

function takeMerge({ evidence }: Found): void {
  evidence.isMerged = true;
}

/** The train pulls its own change once it is merged. */
function takePull({ evidence, isPlain }: Found): void {
  if (!isPlain && evidence.isApproved) evidence.isMerged = true;
}

function takePatchSet({ evidence }: Found, [, change = "", patchSet]: RegExpExecArray): void {
  if (Object.keys(evidence.patchSets).length < PATCH_SETS_MAX) evidence.patchSets[change] = Number(patchSet);
}

/** Older versions move the train without stages: from here on production has the new versions, at least in part. */
function takeVersions({ evidence }: Found): void {
  evidence.isMerged = true;
  evidence.hasPhases = true;
  evidence.stages.production ??= "started";
}

function takeVersionCheck({ evidence }: Found): void {
  if (evidence.block === "version") evidence.isVersionVerified = true;
}

/** The last line of `sync-file` and `sync-wikiversions`. */
function takeFinalLine({ evidence, isPlain }: Found): void {
  if (!isPlain && evidence.hasPhases) evidence.isSyncFinished = true;
}

// Reads completed lines of scap for evidence of how far a deployment came and how it ended, in all wordings since 2022. The exit code
// alone does not suffice: it is 0 when a deployer said no, and 1 after a successful rollback.
//
// Lines are plain text, as the terminal shows them. Only the beginning of a long line is read, and every pattern is anchored or a
// substring, so the cost of a line is bounded. A program may print hundreds of thousands of lines a second, so most patterns are
// excluded by the first characters of a line.
import {
  type Evidence,
  NO_EVIDENCE,
  type Sentence,
  type Stage,
  STAGES,
  type StageState,
} from "#lib/domain/evidence.ts";
import type { ReasonCode } from "#lib/domain/job.ts";
import { isPromptLine } from "../prompt/prompt-line.ts";
import { failureIn } from "./failures.ts";
import { afterDots, afterTimeOfDay } from "./time-of-day.ts";

/** Characters of a line that are read. */
export const LINE_MAX = 4000;
export const SENTENCE_MAX = 500;
/** The last sentence of scap may have several lines; more are the output of another program. */
const PLAIN_LINES_MAX = 3;
const PATCH_SETS_MAX = 100;

export type EvidenceReader = {
  /** @param line a completed line: its plain text, without control characters, and its number in the log. */
  take(line: { text: string; n: number }): void;
  /** Processes that the command left behind were ended. */
  endedProcesses(names: readonly string[]): void;
  toJSON(): Evidence;
};

/** @param restored what an earlier worker stored */
export function createEvidence(restored: Evidence = NO_EVIDENCE): EvidenceReader {
  const evidence: Evidence = structuredClone(restored);
  let tail: Tail | null = restored.tail === null ? null : { ...restored.tail, texts: [restored.tail.text] };

  function take({ text, n }: { text: string; n: number }): void {
    const whole = afterDots(text.slice(0, LINE_MAX).trimEnd());
    const logged = afterTimeOfDay(whole);
    const isPlain = logged === undefined;
    const sentence = logged ?? whole;
    if (sentence === "") return;
    const found: Found = { evidence, sentence, line: n, isPlain };
    takeBlock(found);
    if (takePhase(found)) {
      tail = null;
      return;
    }
    const statement = statementOf(sentence);
    statement?.means(found, statement.match);
    if (isPromptLine(sentence)) tail = null;
    else if (!takeError(found)) takeTail(found);
  }

  function takeTail({ sentence, line, isPlain }: Found): void {
    if (sentence.includes("% (") && PROGRESS.test(sentence)) return;
    if (tail !== null && isPlain && tail.isPlain && tail.lineCount < PLAIN_LINES_MAX) {
      tail.texts.push(sentence);
      tail.lineCount += 1;
    } else {
      tail = { texts: [sentence], line, isPlain, lineCount: 1 };
    }
  }

  return {
    take,
    endedProcesses(names) {
      evidence.endedProcesses = names.map(bounded);
    },
    toJSON: () => ({
      ...structuredClone(evidence),
      tail: tail === null ? null : tailOf(tail),
    }),
  };
}

/** Consecutive lines at the current end of the output. */
type Tail = { texts: string[]; line: number; isPlain: boolean; lineCount: number };

function tailOf({ texts, line, isPlain, lineCount }: Tail): Evidence["tail"] {
  return { ...sentenceOf(texts.join(" "), line), isPlain, lineCount };
}

type Found = {
  evidence: Evidence;
  /** Without the time of day. */
  sentence: string;
  line: number;
  isPlain: boolean;
};

const PROGRESS = /^[^%]{1,100}\d% \(/;

function bounded(text: string): string {
  const isLong = text.length > SENTENCE_MAX;
  return (isLong ? `${text.slice(0, SENTENCE_MAX - 1)}…` : text).toWellFormed();
}

function sentenceOf(text: string, line: number): Sentence {
  return { text: bounded(text.trim()), line };
}

/** `Started X`, `Finished X (duration: …)`. @returns whether it was one. */
function takePhase({ evidence, sentence, isPlain }: Found): boolean {
  const isStart = sentence.startsWith("Started ");
  if (!isStart && !sentence.startsWith("Finished ")) return false;
  const name = sentence.slice(isStart ? "Started ".length : "Finished ".length);
  const stage = stageOf(name);
  const isSync = name.startsWith("scap sync") || name.startsWith("scap:");
  // A program that scap runs may begin a line with the same words (the subject of a commit), so only the known names of scap's own
  // phases count, with the known form of their ends.
  if (isPlain && stage === undefined && !isSync) return false;
  if (!isStart && (isSync || stage !== undefined) && !name.includes(" (duration: ")) return false;
  // The end of a phase that did not begin is a quotation.
  const hasBegun = stage === undefined ? evidence.hasPhases : evidence.stages[stage] !== undefined;
  if ((isPlain || stage !== undefined) && !isStart && !hasBegun) return false;
  if (isStart) evidence.hasPhases = true;
  // scap syncs only after the changes were merged.
  if (isSync) evidence.isMerged = true;
  if (isSync && !isStart) evidence.isSyncFinished = true;
  if (stage !== undefined) {
    evidence.stages[stage] = isStart ? "started" : "finished";
    if (isStart) evidence.closing = null;
  }
  return true;
}

const STAGE_PHASES: readonly (readonly [string, Stage])[] = [
  ["sync-testserver", "testservers"],
  ["sync-canar", "canaries"],
  ["sync-prod", "production"],
  ["sync-proxies", "production"],
  ["sync-apaches", "production"],
];

export function stageOf(phaseName: string): Stage | undefined {
  // Names of stages are one word.
  const space = phaseName.indexOf(" ");
  if (space !== -1 && !phaseName.startsWith(" (duration: ", space)) return undefined;
  return STAGE_PHASES.find(([prefix]) => phaseName.startsWith(prefix))?.[1];
}

/** @returns whether the line reports an error. */
function takeError(found: Found): boolean {
  const { evidence, sentence, line, isPlain } = found;
  const failure = failureIn(sentence, isPlain);
  if (failure === undefined) return false;
  evidence.firstErrorLine ??= line;
  if (failure.isCrash) evidence.isCrash = true;
  if (failure.isInterrupt) evidence.closing = { ...sentenceOf(failure.text, line), code: "step_interrupted" };
  if (failure.isRefusal) evidence.isCrash = false;
  if (failure.isCommand) {
    evidence.failedCommand = sentenceOf(failure.text, line);
  } else if (failure.text !== "" && failure.isInterrupt !== true) {
    evidence.cause = sentenceOf(failure.text, line);
  }
  // The message of the exception may be the sentence that reports a decline.
  const statement = failure.isRefusal ? statementOf(failure.text) : undefined;
  statement?.means({ ...found, sentence: failure.text }, statement.match);
  if (failure.isLock) evidence.closing = { ...sentenceOf(failure.text, line), code: "locked" };
  return true;
}

/** The first line of a block, and the beginnings of its other lines, which mean nothing in the output of another program. */
const BLOCKS = [
  { block: "rollback", heading: "Kubernetes deployment summary:", lines: ["- ", "Result: "] },
  { block: "version", heading: "Checking version on ", lines: ["Expected", "Actual", "Result: "] },
] as const;

function takeBlock({ evidence, sentence }: Found): void {
  const begun = BLOCKS.find(({ heading }) => sentence.startsWith(heading));
  if (begun !== undefined) evidence.block = begun.block;
  else if (evidence.block !== null && !isInside(evidence.block, sentence)) evidence.block = null;
}

function isInside(block: Evidence["block"], sentence: string): boolean {
  return BLOCKS.some((one) => one.block === block && one.lines.some((start) => sentence.startsWith(start)));
}

type Statement = {
  pattern: RegExp;
  means: (found: Found, match: RegExpExecArray) => void;
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
      { pattern: /^Cancell?ed by user[.!]?$/i, means: (found) => close(found, "answered_no") },
    ],
  ],
  [
    "A",
    [
      { pattern: /^All changes have been merged\b/, means: takeMerge },
      { pattern: /^Aborting: cancell?ed by user[.!]?$/i, means: (found) => close(found, "answered_no") },
    ],
  ],
  ["T", [{ pattern: /^The(?:re were| following are) unexpected commits pulled\b/, means: takeMerge }]],
  [
    "S",
    [
      { pattern: /^Skipping sync since (.{0,200})/, means: takeSkip },
      { pattern: /^Stopping before (?:the )?sync\b/, means: takeStop },
      {
        pattern: /^Scap cancell?ed(?: without rolling back\b|[.!]?$)/,
        means: (found) => close(found, "ended_without_rollback"),
      },
      { pattern: /^Sync cancell?ed(?: by user)?(?:[.!]|$)/, means: (found) => close(found, "answered_no") },
    ],
  ],
  ["B", [{ pattern: /^Backport cancell?ed/, means: (found) => close(found, "answered_no") }]],
  [
    "D",
    [
      {
        pattern: /^Deployment cancell?ed(?: by user)?(?:[.!]|$)/,
        means: (found) => close(found, "answered_no"),
      },
    ],
  ],
  [
    "R",
    [
      { pattern: /^Revert cancell?ed(?: by user)?(?:[.!]|$)/, means: (found) => close(found, "answered_no") },
      { pattern: /^Running scap sync-wikiversions\b/, means: takeVersions },
      { pattern: /^Result: {1,10}SUCCESS$/, means: takeVersionCheck },
      { pattern: /^Result: rolled back\b/, means: takeRollback },
      { pattern: /^Result: rollback (?:cancell?ed|failed)\b/, means: takeFailedRollback },
    ],
  ],
  ["-", [{ pattern: /^- (testservers|canaries|production): ([a-z-]{1,40})$/, means: takeSummary }]],
]);

function statementOf(sentence: string): (Statement & { match: RegExpExecArray }) | undefined {
  for (const statement of STATEMENTS.get(sentence.charAt(0)) ?? []) {
    const match = statement.pattern.exec(sentence);
    if (match !== null) return { ...statement, match };
  }
  return undefined;
}

function takeVoting({ evidence }: Found, [, wanted]: RegExpExecArray): void {
  evidence.votes = { wanted: Number(wanted), alreadyMerged: 0 };
}

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

function takePatchSet({ evidence }: Found, [, change = "", patchSet]: RegExpExecArray): void {
  if (Object.keys(evidence.patchSets).length < PATCH_SETS_MAX) evidence.patchSets[change] = Number(patchSet);
}

/** scap skips the sync only after the merge. */
function takeSkip(found: Found, [, why = ""]: RegExpExecArray): void {
  found.evidence.isMerged = true;
  close(found, codeOfSkip(why));
}

function takeStop(found: Found): void {
  found.evidence.isMerged = true;
  close(found, "stopped_before_sync");
}

function codeOfSkip(why: string): ReasonCode {
  if (why.includes("beta")) return "beta_only";
  return why.includes("no deployable commits") ? "no_commits" : "stopped_before_sync";
}

function close({ evidence, sentence, line }: Found, code: ReasonCode): void {
  evidence.closing = { ...sentenceOf(sentence, line), code };
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

/** The train moves without phases: from here on production has the new versions, at least in part. */
function takeVersions({ evidence }: Found): void {
  evidence.isMerged = true;
  evidence.hasPhases = true;
  evidence.stages.production ??= "started";
}

function takeVersionCheck({ evidence }: Found): void {
  if (evidence.block === "version") evidence.isVersionVerified = true;
}

function takeSummary({ evidence }: Found, [, found, word = ""]: RegExpExecArray): void {
  const stage = STAGES.find((one) => one === found);
  if (stage === undefined || evidence.block !== "rollback") return;
  if (word === "not-started") {
    delete evidence.stages[stage];
    return;
  }
  const state = SUMMARY[word];
  if (state !== undefined) evidence.stages[stage] = state;
  if (word === "rollback-failed" || word === "partially-rolled-back") evidence.rollback = "failed";
}

/** Without a summary around it, another program may have printed it: scap rolls back no production that is finished. */
function isForeignRollback({ block, stages }: Evidence): boolean {
  return block !== "rollback" && stages.production === "finished";
}

function takeFailedRollback({ evidence }: Found): void {
  if (isForeignRollback(evidence)) return;
  evidence.rollback = "failed";
}

function takeRollback({ evidence }: Found): void {
  if (evidence.rollback === "failed" || isForeignRollback(evidence)) return;
  evidence.rollback = "rolled_back";
  // Without a summary, the sentence applies to every stage; a summary has a line for each.
  if (STAGES.some((stage) => evidence.stages[stage] === "rolled_back")) return;
  for (const stage of STAGES) {
    if (evidence.stages[stage] !== undefined) evidence.stages[stage] = "rolled_back";
  }
}

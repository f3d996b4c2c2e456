// Concludes the outcome of a job whose process has ended: why it ended, how far the changes came, scap's own sentence for it, and who
// decided. The input is the exit status, the evidence in the output, and the answers and signals of people.
//
// Nothing is concluded without evidence. For an operation that deploys, `completed` requires that the production phase finished,
// or scap's own final line. An exit code of 0 alone is `unclear`, because scap also exits with 0 when a deployer said no. It is
// enough for an operation that syncs nothing.
import {
  type Decision,
  decisionOf,
  hasAnswer,
  ignoredChecksOf,
  isLastAnswerRefusal,
  isRollbackChosen,
  type PastQuestion,
  type PastSignal,
} from "./decision.ts";
import { type Evidence, type Reach, reachOf, type Sentence, tailSentence } from "./evidence.ts";
import type { Outcome, ReasonCode } from "./job.ts";
import type { EvidenceRule } from "./operation.ts";
import type { SignalKind } from "./signal.ts";

export type Exit = {
  /** null when a signal ended the process. */
  exitCode: number | null;
  /** Signal number that ended the process; null or 0 when none did. */
  exitSignal: number | null;
};

export type Past = {
  /** In the order they were asked. */
  questions: readonly PastQuestion[];
  /** Those that reached a process, in the order they were requested. */
  signals: readonly PastSignal[];
};

export type Conclusion = Reach & {
  outcome: Outcome;
  /** scap voted for the changes. */
  isApproved: boolean;
  reason: string | null;
  reasonCode: ReasonCode | null;
  /** The first line of the log that reports an error. */
  errorLine: number | null;
  decision: Decision | null;
  /** Questions at which a failed check was ignored. */
  ignoredChecks: number[];
  /** The patch sets that were merged in place of those that the job was created for, by change number. */
  mergedPatchSets: Record<string, number>;
};

/** Exit status of a program that ended itself on Ctrl-C (128 + SIGINT), as scap does. */
const EXIT_INTERRUPTED = 130;
/** Exit codes of a refusal: 1, an invalid command line (2), and 70 in older versions of scap. */
const EXIT_REFUSED = new Set([1, 2, 70]);

export type Ending = {
  exit: Exit;
  /** What `completed` requires. */
  rule: EvidenceRule;
  /** The outcome if the exit status does not decide it: scap was not started, or how it ended is unknown. */
  known?: Outcome | undefined;
};

export function conclude({ exit, rule, known }: Ending, evidence: Evidence, past: Past): Conclusion {
  const outcome = known ?? outcomeOf(exit, rule, evidence, past);
  const reason = reasonOf(outcome, evidence);
  const reach: Reach =
    outcome === "completed" && rule === "production"
      ? { reached: "production", isPartial: false }
      : reachOf(evidence);
  return {
    outcome,
    ...reach,
    isApproved: evidence.isApproved,
    reason: reason?.text ?? null,
    reasonCode: codeOf(outcome, evidence),
    errorLine: evidence.firstErrorLine ?? (outcome === "refused" ? (reason?.line ?? null) : null),
    decision: decisionOf(outcome, past.questions, past.signals),
    ignoredChecks: ignoredChecksOf(past.questions),
    mergedPatchSets: reach.reached === "nowhere" ? {} : evidence.patchSets,
  };
}

export function outcomeOf(
  { exitCode, exitSignal }: Exit,
  rule: EvidenceRule,
  evidence: Evidence,
  past: Past,
): Outcome {
  if (exitCode === null || (exitSignal !== null && exitSignal !== 0)) {
    return outcomeOfSignal(exitSignal, past);
  }
  if (evidence.rollback !== null) return evidence.rollback === "failed" ? "rollback_failed" : "rolled_back";
  if (exitCode !== 0) return outcomeOfFailure(exitCode, evidence, past);
  return rule === "production" ? outcomeOfSync(evidence, past) : outcomeOfExit(evidence, past);
}

const SIGINT = 2;
const SIGKILL = 9;

/** Programs end themselves with other signals too when they are interrupted, but never with SIGKILL. */
function outcomeOfSignal(exitSignal: number | null, past: Past): Outcome {
  if (wasEndedBySignal(past.signals.map(({ kind }) => kind))) return "killed";
  if (exitSignal === SIGINT) return "interrupted";
  const isKilled = exitSignal === null || exitSignal === 0 || exitSignal === SIGKILL;
  return !isKilled && isInterruptLast(past) ? "interrupted" : "killed";
}

function wasEndedBySignal(signals: readonly SignalKind[]): boolean {
  return signals.includes("kill") || signals.includes("terminate");
}

/** Of a command that syncs nothing. It exits with 0 after a deployer said no as well. */
function outcomeOfExit(evidence: Evidence, { questions }: Past): Outcome {
  const closing = closingOutcome(evidence, questions);
  if (closing !== undefined) return closing;
  return isLastAnswerRefusal(questions) ? "declined" : "completed";
}

/** Without an answer there is no decline: another program printed the sentence, or scap could not ask. */
function closingOutcome({ closing }: Evidence, questions: readonly PastQuestion[]): Outcome | undefined {
  const outcome = closing === null ? undefined : OUTCOME_OF_CLOSING[closing.code];
  return outcome === "declined" && !hasAnswer(questions) ? undefined : outcome;
}

function outcomeOfSync(evidence: Evidence, past: Past): Outcome {
  const { questions } = past;
  const closing = closingOutcome(evidence, questions);
  const isFinished = evidence.stages.production === "finished" && evidence.isSyncFinished;
  // After its final line, words about a cancellation are those of another program.
  if (closing !== undefined && closing !== "interrupted" && !isFinished) return closing;
  // A person chose to roll back, and scap reported neither success nor failure of the rollback.
  if (isRollbackChosen(questions)) return "unclear";
  if (evidence.stages.production === "finished" || evidence.isVersionVerified) return "completed";
  const isHalfWay = Object.keys(evidence.stages).length > 0 && evidence.stages.production === undefined;
  const isRefused = isLastAnswerRefusal(questions);
  if (evidence.isSyncFinished && !isHalfWay && !isRefused) return "completed";
  return isDeclined(evidence, past) ? "declined" : "unclear";
}

const OUTCOME_OF_CLOSING: Partial<Record<ReasonCode, Outcome>> = {
  no_commits: "nothing_to_deploy",
  beta_only: "nothing_to_deploy",
  stopped_before_sync: "prepared",
  answered_no: "declined",
  ended_without_rollback: "declined",
  step_interrupted: "interrupted",
};

/** In scap's last sentence: "Operation cancelled by user." */
const SAYS_CANCELLED = /\b(?:cancell?(?:ed|ing)|abort(?:ed|ing))(?: [\w'-]{1,20}){0,4}[.!]?$/i;

/** A person said no, and scap ended before it synced anything, with a sentence of its own about that. */
function isDeclined({ tail, stages, isCrash }: Evidence, { questions }: Past): boolean {
  return (
    isLastAnswerRefusal(questions) &&
    !isRollbackChosen(questions) &&
    !isCrash &&
    Object.keys(stages).length === 0 &&
    tail !== null &&
    SAYS_CANCELLED.test(tail.last.text)
  );
}

/** Nothing was asked after the interrupt: programs end with many exit codes on Ctrl-C. */
function isInterruptLast({ questions, signals }: Past): boolean {
  const last = signals.at(-1);
  if (last?.kind !== "interrupt" && last?.kind !== "interrupt_group") return false;
  return questions.every(({ askedAt }) => askedAt <= last.requestedAt);
}

function outcomeOfFailure(exitCode: number, evidence: Evidence, past: Past): Outcome {
  const signals = past.signals.map(({ kind }) => kind);
  const closing = closingOutcome(evidence, past.questions);
  if (exitCode === EXIT_INTERRUPTED) return "interrupted";
  if (closing === "declined" || closing === "interrupted") return closing;
  if (isInterruptLast(past)) return "interrupted";
  if (wasEndedBySignal(signals)) return "killed";
  if (signals.length === 0 && isDeclined(evidence, past)) return "declined";
  return isRefusalOfScap(exitCode, evidence, signals) ? "refused" : "exit_nonzero";
}

/** scap printed a reason and ended before it changed anything. */
function isRefusalOfScap(exitCode: number, evidence: Evidence, signals: readonly SignalKind[]): boolean {
  return (
    EXIT_REFUSED.has(exitCode) &&
    signals.length === 0 &&
    !evidence.isCrash &&
    !evidence.hasPhases &&
    reachOf(evidence).reached === "nowhere" &&
    reasonOf("refused", evidence) !== null
  );
}

function codeOf(outcome: Outcome, { closing, isCrash }: Evidence): ReasonCode | null {
  if (closing !== null) {
    const closes = OUTCOME_OF_CLOSING[closing.code];
    if (closes === outcome) return closing.code;
    if (closing.code === "locked" && isFailure(outcome)) return "locked";
  }
  return isCrash && isFailure(outcome) ? "unhandled_error" : null;
}

const isFailure = (outcome: Outcome): boolean => outcome === "exit_nonzero" || outcome === "refused";

/** scap's own sentence for the outcome; null without one. */
function reasonOf(outcome: Outcome, evidence: Evidence): Sentence | null {
  const { closing, cause, failedCommand } = evidence;
  const tail = evidence.tail === null ? null : tailSentence(evidence.tail);
  switch (outcome) {
    case "completed":
    case "cancelled_while_queued":
    case "spawn_failed":
      return null;
    case "nothing_to_deploy":
    case "prepared":
      return closing;
    case "declined":
      return closing ?? tail;
    case "refused":
    case "exit_nonzero":
      return closingSentence(evidence) ?? cause ?? tail ?? failedCommand;
    case "interrupted":
      return closing?.code === "step_interrupted" ? closing : cause;
    case "killed":
    case "holder_lost":
    case "rolled_back":
    case "rollback_failed":
      return cause;
    case "unclear":
      return tail ?? cause;
  }
}

/** A last sentence without the time of day is a refusal. After a sync it is the output of a program. */
function closingSentence({ tail, cause, stages }: Evidence): Sentence | null {
  if (tail === null || !tail.isPlain || Object.keys(stages).length > 0) return null;
  return cause === null || tail.line > cause.line ? tailSentence(tail) : null;
}

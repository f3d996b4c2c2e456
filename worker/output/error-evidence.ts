// Adds the errors in the output to the evidence: the first of them, the cause of the failure, and how scap ended.
import type { Evidence } from "#lib/domain/evidence.ts";
import { failureIn, isInterrupted, withoutVersion } from "./failures.ts";
import { bounded, type Found, sentenceOf } from "./found.ts";
import { isCancellation, statementOf } from "./statements.ts";
import { isPromptLine } from "../prompt/prompt-line.ts";
import { startedStage } from "./stage-evidence.ts";

const VERSION = "(scap version: ";

/** @returns whether the line reports an error. */
export function takeError(found: Found): boolean {
  const { evidence, sentence, line, isPlain } = found;
  const failure = failureIn(sentence, isPlain);
  if (failure === undefined) return false;
  if (evidence.tail !== null) evidence.tail.isOpen = false;
  evidence.openErrorLine = null;
  evidence.firstErrorLine ??= line;
  if (failure.isCrash) evidence.isCrash = true;
  if (failure.isInterrupt) evidence.closing = { ...sentenceOf(failure.text, line), code: "step_interrupted" };
  const isDecline = isCancellation(failure.text);
  if (failure.isRefusal || isDecline) evidence.isCrash = false;
  if (failure.isCommand) {
    evidence.failedCommand = sentenceOf(failure.text, line);
  } else if (failure.text !== "" && failure.isInterrupt !== true) {
    takeCause(found, failure.text);
  }
  // The message of the exception may be the sentence that reports a decline.
  const statement = failure.isRefusal || isDecline ? statementOf(failure.text) : undefined;
  statement?.means({ ...found, sentence: failure.text }, statement.match);
  if (failure.isLock) evidence.closing = { ...sentenceOf(failure.text, line), code: "locked" };
  return true;
}

function takeCause({ evidence, sentence, line, isPlain }: Found, text: string): void {
  // After a failed rollback scap repeats why the deployment failed.
  if (evidence.rollback === "failed") return;
  // Its last sentence repeats the error of a stage, without the stage.
  if (!isRepeated(evidence, text)) evidence.cause = sentenceOf(withDetail(evidence, text), line);
  if (!isPlain && !sentence.includes(VERSION)) evidence.openErrorLine = line;
}

/** `['/usr/bin/scap', 'pull'] on mw1.eqiad.wmnet returned [255]: ssh: connect to host …` */
const HOST_FAILED = / on ([\w.-]{1,253} returned \[-?\d{1,3}\]: .*)/;
/** `Error: UPGRADE FAILED: timed out waiting for the condition`, also indented in the output of helmfile. */
const PROGRAM_FAILED = /^\s{0,8}((?:Error|error|fatal): \S.*)/;
const DETAIL_MAX = 200;

export function takeDetail({ evidence, sentence, isPlain }: Found): void {
  if (startedStage(evidence) === undefined) return;
  if (!isPlain && !sentence.includes(" returned [")) return;
  const detail = (isPlain ? PROGRAM_FAILED : HOST_FAILED).exec(sentence)?.[1];
  if (detail !== undefined) evidence.detail = detail.slice(0, DETAIL_MAX).toWellFormed();
}

/** What scap reports of a stage: that its deployment failed, or on how many hosts. */
const STAGE_REPORT =
  /^(?:K8s deployment to stage|Rollback deployment for stage|K8s \w{1,20} had the following errors:|\d{1,6} [\w-]{1,40} had )/;

function withDetail({ detail }: Evidence, text: string): string {
  return detail === null || !STAGE_REPORT.test(text) ? text : `${detail.replace(/\.$/, "")}. ${text}`;
}

function isRepeated({ cause }: Evidence, text: string): boolean {
  return cause !== null && cause.text.includes(text);
}

/** The list after an error rate that exceeds the threshold is a message of its own. */
const TOP_ERRORS = /^Top \d{1,3} errors:$/;

/** A line of the message of an error in scap's log, which has the time of day in its first line only. */
export function continueError({ evidence, sentence, line, isPlain }: Found): boolean {
  const { openErrorLine, cause } = evidence;
  if (openErrorLine === null || cause === null) return false;
  evidence.openErrorLine = null;
  const continues = isPlain ? !isQuestion(sentence) : TOP_ERRORS.test(sentence);
  if (!continues || openErrorLine !== line - 1) return false;
  if (isInterrupted(sentence)) evidence.closing = { ...sentenceOf(sentence, line), code: "step_interrupted" };
  const text = withoutVersion(sentence).trim();
  if (!isRepeated(evidence, text)) {
    evidence.cause = { text: bounded(`${cause.text} ${text}`), line: cause.line };
  }
  if (!sentence.includes(VERSION)) evidence.openErrorLine = line;
  return true;
}

/** scap asks what to do about the error: "Canary checks failed.", and a list of answers. */
function isQuestion(sentence: string): boolean {
  return sentence.endsWith(" failed.") || isPromptLine(sentence) || /^\[\w{1,8}\] /.test(sentence);
}

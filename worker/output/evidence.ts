// Reads completed lines of scap for evidence of how far a deployment came and how it ended, in all wordings since 2022. The exit code
// alone does not suffice: it is 0 when a deployer said no, and 1 after a successful rollback.
//
// Lines are plain text, as the terminal shows them. Only the beginning of a long line is read, and every pattern is anchored or a
// substring, so the cost of a line is bounded. A program may print hundreds of thousands of lines a second, so most patterns are
// excluded by the first characters of a line.
import { type Evidence, NO_EVIDENCE } from "#lib/domain/evidence.ts";
import { isPromptLine } from "../prompt/prompt-line.ts";
import { continueError, takeDetail, takeError } from "./error-evidence.ts";
import { bounded, type Found, LINE_MAX } from "./found.ts";
import { takeBlock } from "./rollback-evidence.ts";
import { failEndedStage, takePhase } from "./stage-evidence.ts";
import { statementOf } from "./statements.ts";
import { takeTail } from "./tail.ts";
import { afterDots, afterTimeOfDay } from "./time-of-day.ts";

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

  function take({ text, n }: { text: string; n: number }): void {
    const whole = afterDots(text.slice(0, LINE_MAX).trimEnd());
    const logged = afterTimeOfDay(whole);
    const sentence = logged ?? whole;
    if (sentence === "") return;
    read({ evidence, sentence, line: n, isPlain: logged === undefined });
  }

  return {
    take,
    endedProcesses(names) {
      evidence.endedProcesses = names.map(bounded);
    },
    toJSON: () => structuredClone(evidence),
  };
}

function read(found: Found): void {
  const { evidence, sentence } = found;
  const statement = statementOf(sentence);
  if (statement === undefined && continueError(found)) return;
  takeBlock(found);
  failEndedStage(found);
  takeDetail(found);
  if (takePhase(found)) {
    evidence.tail = null;
    return;
  }
  statement?.means(found, statement.match);
  const end = endAfterPrompt(found);
  if (end !== undefined || isPrompt(found)) takePrompt(evidence, end);
  else if (!takeError(found)) takeTail(found);
}

/** scap prints no time of day before a question; the subject of a change may contain "[y/N]". */
function isPrompt({ sentence, isPlain }: Found): boolean {
  return isPlain && isPromptLine(sentence);
}

const ASKS_FOR_TEXT = ["Please ", "Enter ", "Log message "];
const END =
  /\d\d:\d\d:\d\d (?=[\w-]{1,40} (?:failed: <|aborted: )|Unhandled error)|(?=Traceback \(most recent call last\))/;

/** The end of scap on the line of a question that was not answered. */
function endAfterPrompt(found: Found): Found | undefined {
  const { sentence } = found;
  if (!isPrompt(found) && !ASKS_FOR_TEXT.some((start) => sentence.startsWith(start))) return undefined;
  const end = END.exec(sentence);
  if (end === null) return undefined;
  const [time] = end;
  return { ...found, sentence: sentence.slice(end.index + time.length), isPlain: time === "" };
}

function takePrompt(evidence: Evidence, end: Found | undefined): void {
  evidence.tail = null;
  // scap continued after the interrupt.
  if (evidence.closing?.code === "step_interrupted") evidence.closing = null;
  if (end !== undefined) takeError(end);
}

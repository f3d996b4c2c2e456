// Recognises scap's progress line: `name:  42% (in-flight: 3; ok: 10; fail: 0; left: 14)`, redrawn after a
// carriage return.
import type { Progress } from "#lib/contract/job.ts";
import type { ProtocolMessage } from "../prompt/protocol-messages.ts";
import { afterTimeOfDay } from "./time-of-day.ts";

/** Part of every progress line. */
export const PROGRESS_HINT = "% (";
const NAME_MAX = 100;
/** Including the time of day and the number. */
const HEAD_CHARACTERS = 200;
/** Longer than the counts can be. */
const COUNTS_CHARACTERS = 100;
const COUNTS = /^(?:in-flight: (\d{1,9}); )?ok: (\d{1,9}); fail: (\d{1,9}); left: (\d{1,9})\)/;

/** The progress in a line, or undefined. @param line as the terminal shows it */
export function progressIn(line: string): Progress | undefined {
  const at = line.slice(0, HEAD_CHARACTERS).indexOf(PROGRESS_HINT);
  return at === -1 ? undefined : progressAt(line, at);
}

/** @param at the position of the hint */
function progressAt(text: string, at: number): Progress | undefined {
  const counts = COUNTS.exec(text.slice(at + PROGRESS_HINT.length).slice(0, COUNTS_CHARACTERS));
  const head = headBefore(text, at);
  if (counts === null || head === undefined) return undefined;
  const [, inFlight, ok, failed, left] = counts;
  return {
    name: head.name,
    percent: Math.min(100, head.percent),
    ok: Number(ok),
    failed: Number(failed),
    left: Number(left),
    inFlight: inFlight === undefined ? null : Number(inFlight),
  };
}

/** Parses `12:00:00 name:  42`. It must begin the line: otherwise other text was drawn over the name. */
function headBefore(text: string, at: number): { name: string; percent: number } | undefined {
  const digits = /(\d{1,3})$/.exec(text.slice(Math.max(0, at - 3), at))?.[1];
  if (digits === undefined) return undefined;
  const before = text.slice(0, at - digits.length);
  const named = before.trimEnd();
  if (named.length === before.length || !named.endsWith(":")) return undefined;
  const line = named.slice(0, -1);
  const name = (afterTimeOfDay(line) ?? line).trim();
  const isName = name !== "" && name.length <= NAME_MAX && !name.includes(":");
  return isName ? { name, percent: Number(digits) } : undefined;
}

type ReportedProgress = Extract<ProtocolMessage, { type: "progress" }>["progress"];

/** Progress from scap's protocol; null when nothing is in progress. */
export function progressOf(reported: ReportedProgress): Progress | null {
  if (reported === null || reported.progressFinished === true) return null;
  const ok = reported.tasksFinishedOk ?? 0;
  const failed = reported.tasksFinishedFailed ?? 0;
  const total = reported.totalTasks ?? ok + failed + (reported.tasksRemaining ?? 0);
  const percent = reported.tasksPercentComplete ?? (total === 0 ? 0 : ((ok + failed) / total) * 100);
  return {
    name: reported.name,
    percent: Math.round(Math.min(100, Math.max(0, percent))),
    ok: Math.round(ok),
    failed: Math.round(failed),
    left: Math.round(reported.tasksRemaining ?? Math.max(0, total - ok - failed)),
    inFlight:
      reported.tasksInFlight === undefined || reported.tasksInFlight === null
        ? null
        : Math.round(reported.tasksInFlight),
  };
}

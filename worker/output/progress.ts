// Recognises scap's progress line: `name:  42% (in-flight: 3; ok: 10; fail: 0; left: 14)`, drawn again and again
// behind a carriage return.
import type { Progress } from "#lib/wire/schemas.ts";
import type { ProtocolMessage } from "../prompt/protocol-messages.ts";

const PROGRESS =
  /(?:\d\d:\d\d:\d\d )?([^\r\n:]{1,100}): +(\d{1,3})% \((?:in-flight: (\d{1,9}); )?ok: (\d{1,9}); fail: (\d{1,9}); left: (\d{1,9})\)/g;

/** Only the end of a burst can hold the newest progress. */
const TAIL_BYTES = 4096;

/** The newest progress in these bytes, or undefined when they show none. */
export function progressIn(bytes: Buffer): Progress | undefined {
  if (bytes.lastIndexOf("% (") === -1) return undefined;
  const tail = bytes.subarray(Math.max(0, bytes.length - TAIL_BYTES)).toString("utf8");
  const last = [...tail.matchAll(PROGRESS)].at(-1);
  if (last === undefined) return undefined;
  const [, name, percent, inFlight, ok, failed, left] = last;
  return {
    // oxlint-disable-next-line no-control-regex -- a colour reset may precede the name
    name: (name ?? "").replace(/\u001b\[[0-9;]*m/g, "").trim(),
    percent: Math.min(100, Number(percent)),
    ok: Number(ok),
    failed: Number(failed),
    left: Number(left),
    inFlight: inFlight === undefined ? null : Number(inFlight),
  };
}

type ReportedProgress = Extract<ProtocolMessage, { type: "progress" }>["progress"];

/** The same from scap's protocol; null when nothing is under way any more. */
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

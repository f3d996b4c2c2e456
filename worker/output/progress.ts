// Recognises scap's progress line: `name:  42% (in-flight: 3; ok: 10; fail: 0; left: 14)`, drawn again and again
// behind a carriage return.
import type { Progress } from "#lib/wire/schemas.ts";

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

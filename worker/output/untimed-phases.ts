// Parts of a deployment for which scap has no timer, but which take much of its time: the wait for the merge of the changes, the waits
// for traffic after a sync, and a rollback. Each is recognised by the sentences with which it starts and finishes.

const MERGE = "Wait for merge";
const CANARIES = "Wait for canary traffic";
const PRODUCTION = "Wait for production traffic";
export const ROLLBACK = "Rollback";

const STARTS: readonly (readonly [name: string, sentence: RegExp])[] = [
  [MERGE, /^Waiting for changes to be merged\b/],
  [CANARIES, /^Waiting \d{1,6} seconds for canary traffic\b/],
  [PRODUCTION, /^Waiting \d{1,6} seconds for production traffic\b/],
  // After "No" at the test servers, the announcement begins with the names of those whom it concerns.
  [ROLLBACK, /^(?:[^:]{1,200}: )?Rolling back deployment$/],
  [ROLLBACK, /^Rolling back to prior state\b/],
];

/** scap has rolled back the stage that failed, or could not. */
const RESTORED = ["Rollback completed", "Caught another exception while trying to roll back"];

/** A phase without phases inside. */
export function isWait(name: string): boolean {
  return name === MERGE || name === CANARIES || name === PRODUCTION;
}

/** The phase that starts with this sentence. @param message a line of scap's log without its time of day */
export function untimedStart(message: string): string | undefined {
  // Excludes nearly all lines.
  if (!message.startsWith("Waiting ") && !message.includes("Rolling back ")) return undefined;
  return STARTS.find(([, sentence]) => sentence.test(message))?.[0];
}

/** The phases that finish with this sentence, if they have started. @param message as above */
export function untimedFinish(message: string): readonly string[] {
  if (message.startsWith("All changes have been merged")) return [MERGE];
  if (RESTORED.some((sentence) => message.startsWith(sentence))) return [ROLLBACK];
  return message.toLowerCase().startsWith("logstash checker counted ") ? [CANARIES, PRODUCTION] : [];
}

/** The summary of a rollback has no time of day. @param line the whole line */
export function isRollbackResult(line: string): boolean {
  return /^Result: (?:rolled back|rollback cancell?ed|rollback failed)\b/.test(line);
}

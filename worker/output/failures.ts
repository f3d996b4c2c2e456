// Recognises lines that report an error, and extracts the message from what scap puts around it.

export type Failure = {
  text: string;
  /** scap ended by an unexpected exception. */
  isCrash?: boolean;
  /** scap reports that a command it ran failed, without the cause. */
  isCommand?: boolean;
  /** A command that scap ran was ended by Ctrl-C. */
  isInterrupt?: boolean;
  /** scap refused the deployment before it began. */
  isRefusal?: boolean;
  /** scap ended because another scap holds the lock. */
  isLock?: boolean;
};

/** `backport failed: <LockFailedError> Failed to acquire lock … (scap version: 4.283.0) (duration: 10m 00s)` */
const SCAP_FAILED = /^[\w. -]{1,60} failed: <(\w{1,80})> ?(.*)$/;
const ENDED_BY_INTERRUPT = [
  "exit status 130",
  "exit status -2.",
  "exit code 130",
  "died with <Signals.SIGINT",
];
const REFUSALS = new Set(["InvalidChangeException", "LockFailedError", "SystemExit"]);

/** "Check 'x' failed: …", "K8s deployment to stage canaries failed", not the "3 failed" of a count. */
const SAYS_FAILED = /[^\d ] failed(?:: |\.?$)/;

/** After an unanswered question it is printed on the line of the question. */
const CRASH_AFTER_QUESTION = "Traceback (most recent call last):";
const CRASHES = ["Traceback (most recent call last)", "Unhandled error"];
const ERRORS = ["ERROR:", "ERROR ", "Error: ", "error: ", "fatal: ", "FATAL", "CRITICAL", "[FAILED]"];
const BEGINNINGS = new Set(["KeyboardInterrupt", ...CRASHES, ...ERRORS].map((text) => text.charAt(0)));

/** @param isPlain without the time of day, so not printed by scap's log */
export function failureIn(sentence: string, isPlain: boolean): Failure | undefined {
  if (sentence.includes("failed")) {
    const [, error, message] = SCAP_FAILED.exec(sentence) ?? [];
    if (error !== undefined) return failureOfScap(error, withoutVersion(message ?? ""));
    if (!isPlain && SAYS_FAILED.test(sentence)) return { text: sentence };
  }
  if (isInterrupted(sentence)) return { text: sentence, isCommand: true, isInterrupt: true };
  if (sentence.endsWith(CRASH_AFTER_QUESTION)) return { text: "", isCrash: true };
  if (sentence.includes("returned non-zero exit status ")) return { text: sentence, isCommand: true };
  if (!BEGINNINGS.has(sentence.charAt(0))) return undefined;
  if (sentence === "KeyboardInterrupt") return { text: sentence, isInterrupt: true };
  // The following lines have the cause.
  if (CRASHES.some((text) => sentence.startsWith(text))) return { text: "", isCrash: true };
  return ERRORS.some((text) => sentence.startsWith(text)) ? { text: sentence } : undefined;
}

function failureOfScap(error: string, message: string): Failure {
  return {
    text: message === "" ? error : message,
    isCommand: error === "CalledProcessError",
    isInterrupt: error === "KeyboardInterrupt" || isInterrupted(message),
    isRefusal: REFUSALS.has(error),
    isLock: error === "LockFailedError",
  };
}

function isInterrupted(text: string): boolean {
  return ENDED_BY_INTERRUPT.some((mark) => text.includes(mark));
}

function withoutVersion(message: string): string {
  const end = message.indexOf("(scap version: ");
  return (end === -1 ? message : message.slice(0, end)).trim();
}

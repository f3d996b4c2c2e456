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
/** `sync-world aborted: Backport for … (duration: 01m 07s)` */
const SCAP_ABORTED = /^[a-z-]{1,40} aborted: .{0,4000} \(duration: \d{1,4}m(?: \d\ds)?\)$/;
const ENDED_BY_INTERRUPT = [/\bexit (?:status|code) (?:130|-2)(?!\d)/, /\bdied with <Signals\.SIGINT\b/];
const REFUSALS = new Set(["InvalidChangeException", "LockFailedError", "SystemExit"]);

/** "Check 'x' failed: …", "K8s deployment to stage canaries failed", not the "3 failed" of a count. */
const SAYS_FAILED = /[^\d ] failed(?:: |:?\.?$)/;
/** Some servers do not have the change, but scap finishes the deployment. */
const HOST_ERRORS = /^\d{1,6} [\w-]{1,40} had (?:[\w-]{1,40} errors|failures restarting php-fpm)$/;
/** The log of errors of the servers exceeds the threshold. */
const ERROR_RATE = /^Logstash checker [Cc]ounted \d{1,9} error\(s\) .{0,100}The threshold is \d/;

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
  if (!isPlain && sentence.includes(" aborted: ") && SCAP_ABORTED.test(sentence)) {
    return { text: sentence, isCommand: true, isInterrupt: true };
  }
  if (sentence.endsWith(CRASH_AFTER_QUESTION)) return { text: "", isCrash: true };
  if (sentence.includes("returned non-zero exit status ")) return { text: sentence, isCommand: true };
  if (!isPlain && (sentence.includes(" had ") || sentence.startsWith("Logstash "))) {
    if (HOST_ERRORS.test(sentence) || ERROR_RATE.test(sentence)) return { text: sentence };
  }
  if (!BEGINNINGS.has(sentence.charAt(0))) return undefined;
  if (sentence === "KeyboardInterrupt") return { text: sentence, isInterrupt: true };
  // The following lines have the cause.
  if (CRASHES.some((text) => sentence.startsWith(text))) return { text: "", isCrash: true };
  // A heading, such as "ERROR:" of helmfile, says nothing.
  if (sentence === "ERROR:") return { text: "" };
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

export function isInterrupted(text: string): boolean {
  // Excludes nearly all lines.
  if (!text.includes("exit ") && !text.includes("died with ")) return false;
  return ENDED_BY_INTERRUPT.some((pattern) => pattern.test(text));
}

export function withoutVersion(message: string): string {
  const end = message.indexOf("(scap version: ");
  return (end === -1 ? message : message.slice(0, end)).trim();
}

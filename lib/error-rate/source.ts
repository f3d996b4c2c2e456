// What SpiderPig needs of an error source, whichever system it is: the errors of some minutes, by message and version.
import type { ErrorBucket, MinuteErrors } from "../domain/error-rate.ts";

export type ErrorReading = {
  /** The reading is complete up to this time, in milliseconds. */
  asOf: number;
  /** The minutes that were read, also those without errors. Their errors include those without a bucket. */
  minutes: readonly MinuteErrors[];
  buckets: readonly ErrorBucket[];
};

export type ErrorSource = {
  /** @param from start of the first minute. @throws ErrorSourceFailure. */
  read(from: number, now: number): Promise<ErrorReading>;
};

/** The message is shown to people: "<address> <what happened>." Never with credentials. */
export class ErrorSourceFailure extends Error {
  constructor(address: URL, reason: string, cause?: unknown) {
    // Without the query and a user name.
    super(`${address.origin}${address.pathname} ${reason}.`, cause === undefined ? undefined : { cause });
    this.name = "ErrorSourceFailure";
  }
}

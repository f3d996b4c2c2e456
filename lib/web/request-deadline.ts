// A request that is delivered late (it waited for a free connection of the browser, or the network came back) must not
// be carried out: the page has shown that it was not sent, and its sender may have decided otherwise since.
import { AppError } from "../errors.ts";

/**
 * ISO 8601, by this server's clock. The page derives it from the heartbeats of its stream (app/client/live/server-time.ts),
 * so the clock of the sender's machine does not matter.
 */
export const REQUEST_DEADLINE = "request-deadline";

/** @throws AppError request_too_late after the deadline or when the sender has hung up; invalid_request. */
export function refuseLate({ headers, signal }: Request, now = new Date()): void {
  const text = headers.get(REQUEST_DEADLINE);
  if (signal.aborted) throw tooLate(now);
  if (text === null) return;
  const deadline = Date.parse(text);
  if (Number.isNaN(deadline)) {
    throw new AppError("invalid_request", { detail: "Request-Deadline must be a time in ISO 8601." });
  }
  if (now.getTime() > deadline) throw tooLate(now);
}

function tooLate(now: Date): AppError {
  return new AppError("request_too_late", {
    detail: "Nothing was changed. Check what the page shows now, and try again if you still want it.",
    // From this, a client with a wrong estimate of the server's clock can correct it.
    extra: { serverTime: now.toISOString() },
  });
}

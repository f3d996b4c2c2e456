// The error rate as pages and the API show it.
import { config } from "../config.ts";
import type { ErrorRate } from "../contract/error-rate.ts";
import { readErrorRate } from "../db/error-rates.ts";
import type { User } from "../domain/permission.ts";
import { AppError } from "../errors.ts";
import { permit } from "../auth/authorise.ts";
import { SUMMARY_MESSAGES_MAX } from "./live/error-push.ts";
import { services } from "./services.ts";

const MESSAGES_MAX = 200;

/** What the event stream sends to every page. Null if no error source is configured. */
export async function loadErrorSummary(user: User): Promise<ErrorRate | null> {
  permit(user, "view");
  return config().errors === undefined ? null : readErrorRate(services().db, SUMMARY_MESSAGES_MAX);
}

/** @throws AppError error_source_not_configured. */
export async function loadErrorRate(user: User): Promise<ErrorRate> {
  permit(user, "view");
  if (config().errors === undefined) throw new AppError("error_source_not_configured");
  return readErrorRate(services().db, MESSAGES_MAX);
}

// GET requests to Gerrit that are checked against a schema, retried once, and turned into errors for the deployer.
import { z } from "zod";
import { sentence } from "../domain/sentence.ts";
import { AppError } from "../errors.ts";
import type { Log } from "../log.ts";
import { GerritFailure, type GerritFailureCode, requestGerrit } from "./request.ts";

const TIMEOUT_MS = 5000;
/** For both attempts together. */
const DEADLINE_MS = 8000;
const RETRY_MS = 200;

/** Failures that a retry may avoid. */
const TRANSIENT: readonly GerritFailureCode[] = [
  "gerrit_unreachable",
  "gerrit_failed",
  "gerrit_answer_incomplete",
];

/** Retries once, so that a short failure of Gerrit is not shown to the deployer. @throws AppError gerrit_… */
export async function getFromGerrit<Schema extends z.ZodType>(
  url: URL,
  schema: Schema,
  log: Log | undefined,
): Promise<z.output<Schema>> {
  const startedAt = performance.now();
  try {
    return await ask(url, schema, TIMEOUT_MS);
  } catch (first) {
    if (!isTransient(first)) throw refusal(url, first, { startedAt, attempts: 1, log });
  }
  await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  try {
    return await ask(url, schema, Math.min(TIMEOUT_MS, DEADLINE_MS - (performance.now() - startedAt)));
  } catch (second) {
    throw refusal(url, second, { startedAt, attempts: 2, log });
  }
}

function isTransient(error: unknown): boolean {
  return error instanceof GerritFailure && TRANSIENT.includes(error.code);
}

async function ask<Schema extends z.ZodType>(
  url: URL,
  schema: Schema,
  timeoutMs: number,
): Promise<z.output<Schema>> {
  const parsed = schema.safeParse(await requestGerrit(url, Math.round(timeoutMs)));
  if (parsed.success) return parsed.data;
  throw new GerritFailure("gerrit_answer_invalid", "sent JSON in an unexpected form", {
    cause: parsed.error,
  });
}

const REMEDY = {
  gerrit_query_refused: "Search with fewer or simpler words.",
  gerrit_unreachable: "Try again in a few seconds.",
  gerrit_timeout: "Try again in a few seconds.",
  gerrit_untrusted: "Ask an administrator to check its certificate and GERRIT_URL.",
  gerrit_failed: "Try again in a few seconds.",
  gerrit_sign_in_required: "Ask an administrator to let SpiderPig read Gerrit without signing in.",
  gerrit_redirected: "Ask an administrator to set GERRIT_URL to that address.",
  gerrit_not_found: "Ask an administrator to check the path in GERRIT_URL.",
  gerrit_answer_incomplete: "Try again in a few seconds.",
  gerrit_answer_invalid: "Ask an administrator to check GERRIT_URL.",
} as const satisfies Record<GerritFailureCode, string>;

/** Logs the failure, and makes the error for the deployer: what happened, what it means, what to do. */
function refusal(
  url: URL,
  error: unknown,
  { startedAt, attempts, log }: { startedAt: number; attempts: number; log: Log | undefined },
): unknown {
  if (!(error instanceof GerritFailure)) return error;
  const { code, status, message: reason } = error;
  // Not the whole URL: it may contain a user name and a password.
  log?.warn("Gerrit request failed", {
    code,
    reason,
    status,
    host: url.host,
    path: url.pathname,
    query: url.searchParams.get("q"),
    attempts,
    tookMs: Math.round(performance.now() - startedAt),
  });
  const what =
    code === "gerrit_query_refused"
      ? sentence(reason === "" ? "It gave no reason" : `Its message: “${reason}”`)
      : `${url.origin}${url.pathname} ${reason}.`;
  return new AppError(code, { detail: `${what} Nothing was queued. ${REMEDY[code]}`, cause: error });
}

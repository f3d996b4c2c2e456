// The requests to Gerrit, and the changes that their responses contain.
import { z } from "zod";
import { changeAddress } from "../domain/change-reference.ts";
import { sentence } from "../domain/sentence.ts";
import { AppError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { FoundChange } from "../contract/change.ts";
import { GerritFailure, type GerritFailureCode, requestGerrit } from "./request.ts";

const TIMEOUT_MS = 5000;
/** For both attempts together. */
const DEADLINE_MS = 8000;
const RETRY_MS = 200;
const RESULTS_MAX = 10;
/** At most this many projects have a change of the same number. */
const PROJECTS_PER_NUMBER_MAX = 5;

const changeInfo = z.object({
  _number: z.int(),
  project: z.string(),
  branch: z.string(),
  subject: z.string(),
  status: z.string(),
  work_in_progress: z.boolean().optional(),
  owner: z
    .object({ name: z.string().optional(), username: z.string().optional(), email: z.string().optional() })
    .optional(),
  current_revision: z.string().optional(),
  revisions: z.record(z.string(), z.object({ _number: z.int() })).optional(),
});
type ChangeInfo = z.infer<typeof changeInfo>;

export type Gerrit = {
  /**
   * The changes with these numbers, in any order; numbers that do not exist are absent. A number that several projects
   * have is there once for each.
   */
  findChanges(numbers: readonly number[]): Promise<FoundChange[]>;
  /** Open changes that match the text. */
  searchChanges(text: string): Promise<FoundChange[]>;
};

/** @param baseUrl without a trailing slash. Calls throw an AppError of one of the codes `gerrit_…`. */
export function createGerrit(baseUrl: string, log?: Log): Gerrit {
  const search = async (q: string, limit: number) => {
    const url = new URL(`${baseUrl}/changes/`);
    url.searchParams.set("q", q);
    url.searchParams.set("n", String(limit));
    for (const extra of ["CURRENT_REVISION", "DETAILED_ACCOUNTS"]) url.searchParams.append("o", extra);
    const found = await get(url, log);
    return found.map((info) => toFoundChange(info, baseUrl));
  };
  return {
    findChanges: (numbers) =>
      search(
        numbers.map((number) => `change:${number}`).join(" OR "),
        numbers.length * PROJECTS_PER_NUMBER_MAX,
      ),
    // Quoted, so that Gerrit finds no operators in the text.
    searchChanges: (text) => search(`status:open "${text.replace(/["\\]/g, " ")}"`, RESULTS_MAX),
  };
}

/** Failures that a retry may avoid. */
const TRANSIENT: readonly GerritFailureCode[] = [
  "gerrit_unreachable",
  "gerrit_failed",
  "gerrit_answer_incomplete",
];

/** Retries once, so that a short failure of Gerrit is not shown to the deployer. */
async function get(url: URL, log: Log | undefined): Promise<ChangeInfo[]> {
  const startedAt = performance.now();
  try {
    return await ask(url, TIMEOUT_MS);
  } catch (first) {
    if (!isTransient(first)) throw refusal(url, first, { startedAt, attempts: 1, log });
  }
  await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  try {
    return await ask(url, Math.min(TIMEOUT_MS, DEADLINE_MS - (performance.now() - startedAt)));
  } catch (second) {
    throw refusal(url, second, { startedAt, attempts: 2, log });
  }
}

function isTransient(error: unknown): boolean {
  return error instanceof GerritFailure && TRANSIENT.includes(error.code);
}

async function ask(url: URL, timeoutMs: number): Promise<ChangeInfo[]> {
  const parsed = z.array(changeInfo).safeParse(await requestGerrit(url, Math.round(timeoutMs)));
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

function toFoundChange(info: ChangeInfo, baseUrl: string): FoundChange {
  const revision = info.current_revision === undefined ? undefined : info.revisions?.[info.current_revision];
  return {
    number: info._number,
    patchSet: revision?._number ?? null,
    project: info.project,
    branch: info.branch,
    subject: info.subject,
    owner: info.owner?.name ?? info.owner?.username ?? info.owner?.email ?? "unknown",
    url: changeAddress(baseUrl, info.project, info._number),
    status: info.status,
    refusal: refusalOf(info),
  };
}

/** Only what scap itself would refuse at once. scap asks about everything else. */
function refusalOf(info: ChangeInfo): string | null {
  if (info.status === "ABANDONED") return "This change was abandoned. Restore it in Gerrit first.";
  if (info.work_in_progress === true) {
    return "This change is marked as work in progress. Mark it as ready first.";
  }
  return null;
}

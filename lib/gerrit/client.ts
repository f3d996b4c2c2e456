// The few calls we make to Gerrit, and what they mean to us. Answers start with a line that guards against
// being run as a script; changes that do not exist answer 404 or an empty list.
import { z } from "zod";
import { AppError } from "../errors.ts";
import type { FoundChange } from "../wire/schemas.ts";

const TIMEOUT_MS = 5000;
const ATTEMPTS_MAX = 2;
const RETRY_MS = 200;
const GUARD = ")]}'";
const RESULTS_MAX = 10;

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
  /** The changes with these numbers, in any order; numbers that do not exist are absent. */
  findChanges(numbers: readonly number[]): Promise<FoundChange[]>;
  /** Open changes that match the words. */
  searchChanges(words: string): Promise<FoundChange[]>;
};

/** @param baseUrl without a trailing slash. Calls throw AppError gerrit_unreachable. */
export function createGerrit(baseUrl: string): Gerrit {
  const search = async (q: string, limit: number) => {
    const url = new URL(`${baseUrl}/changes/`);
    url.searchParams.set("q", q);
    url.searchParams.set("n", String(limit));
    for (const extra of ["CURRENT_REVISION", "DETAILED_ACCOUNTS"]) url.searchParams.append("o", extra);
    const found = await get(url);
    return found.map((info) => toFoundChange(info, baseUrl));
  };
  return {
    findChanges: (numbers) =>
      search(numbers.map((number) => `change:${number}`).join(" OR "), numbers.length),
    // Quotes keep Gerrit's operators from being read out of people's words.
    searchChanges: (words) => search(`status:open "${words.replace(/["\\]/g, " ")}"`, RESULTS_MAX),
  };
}

/** Looking up is repeated once: a Gerrit that was busy for a moment is no reason to refuse a deployer. */
async function get(url: URL): Promise<ChangeInfo[]> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await ask(url);
    } catch (cause) {
      if (attempt < ATTEMPTS_MAX) {
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
        continue;
      }
      const what = cause instanceof GerritFailed ? `answered ${cause.status}` : "could not be reached";
      throw new AppError("gerrit_unreachable", {
        detail: `${url.origin} ${what}. Nothing was queued. Try again in a moment.`,
        cause,
      });
    }
  }
}

class GerritFailed extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`Gerrit answered ${status}`);
    this.status = status;
  }
}

async function ask(url: URL): Promise<ChangeInfo[]> {
  const response = await fetch(url, {
    headers: { accept: "application/json" },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const text = await response.text();
  if (response.status === 404 || response.status === 400) return [];
  if (!response.ok) throw new GerritFailed(response.status);
  return z.array(changeInfo).parse(JSON.parse(text.startsWith(GUARD) ? text.slice(GUARD.length) : text));
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
    url: `${baseUrl}/c/${info.project}/+/${info._number}`,
    status: info.status,
    refusal: refusalOf(info),
  };
}

/** Only what scap itself would refuse at once; everything finer is scap's to judge and to ask about. */
function refusalOf(info: ChangeInfo): string | null {
  if (info.status === "ABANDONED") return "This change was abandoned. Restore it in Gerrit first.";
  if (info.work_in_progress === true)
    return "This change is marked as work in progress. Mark it as ready first.";
  return null;
}

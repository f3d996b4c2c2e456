// The requests to Gerrit. Failures are AppErrors of the codes `gerrit_…`.
import { z } from "zod";
import { revertedCommits } from "../domain/reverted-commits.ts";
import type { Log } from "../log.ts";
import type { FoundChange } from "../contract/change.ts";
import { changeInfo, messageOf, timesOf, toFoundChange } from "./change-info.ts";
import { createDetailsReader, type GerritDetails } from "./details.ts";
import { getFromGerrit } from "./get.ts";
import { searchUrl } from "./search-url.ts";

const RESULTS_MAX = 10;
/** At most this many projects have a change of the same number. */
const PROJECTS_PER_NUMBER_MAX = 5;

/** A change, its times, and what it reverts: the number of a change, or commits that its message names. */
export type GerritChange = FoundChange & {
  uploadedAt: Date | undefined;
  mergedAt: Date | undefined;
  revertOf: number | undefined;
  revertedCommits: string[];
};

export type Gerrit = {
  /**
   * The changes with these numbers, in any order; numbers that do not exist are absent. A number that several projects
   * have is there once for each.
   */
  findChanges(numbers: readonly number[]): Promise<GerritChange[]>;
  /** The changes that have these commits as one of their patch sets. */
  findCommits(commits: readonly string[]): Promise<FoundChange[]>;
  /** Open changes that match the text. */
  searchChanges(text: string): Promise<FoundChange[]>;
  /** What Gerrit knows about one change, at most a few seconds old. Never rejects: what failed is in `unknown`. */
  readDetails(change: { number: number; project?: string | undefined }): Promise<GerritDetails>;
};

/** @param baseUrl without a trailing slash */
export function createGerrit(baseUrl: string, log?: Log): Gerrit {
  const read = (q: string, limit: number, options: string[] = []) =>
    getFromGerrit(
      searchUrl(baseUrl, q, limit, ["CURRENT_REVISION", "DETAILED_ACCOUNTS", ...options]),
      z.array(changeInfo),
      log,
    );
  const search = async (q: string, limit: number) => {
    const found = await read(q, limit);
    return found.map((info) => toFoundChange(info, baseUrl));
  };
  return {
    findChanges: async (numbers) => {
      const q = numbers.map((number) => `change:${number}`).join(" OR ");
      const found = await read(q, numbers.length * PROJECTS_PER_NUMBER_MAX, ["CURRENT_COMMIT"]);
      return found.map((info) => ({
        ...toFoundChange(info, baseUrl),
        ...timesOf(info),
        revertOf: info.revert_of,
        revertedCommits: revertedCommits(messageOf(info) ?? ""),
      }));
    },
    findCommits: (commits) =>
      search(
        commits.map((commit) => `commit:${commit}`).join(" OR "),
        commits.length * PROJECTS_PER_NUMBER_MAX,
      ),
    // Quoted, so that Gerrit finds no operators in the text.
    searchChanges: (text) => search(`status:open "${text.replace(/["\\]/g, " ")}"`, RESULTS_MAX),
    readDetails: createDetailsReader(baseUrl, log),
  };
}

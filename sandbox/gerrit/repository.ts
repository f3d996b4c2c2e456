// One bare repository of the review server. It merges, reverts and amends with git plumbing and has no work tree, so a crash
// leaves nothing to clean up: moving a ref is the last step.
import { DIFF_TREE, readChangedFiles } from "./changed-files.ts";
import { git, GitFailed, identity, runGit, type Person } from "./git.ts";
import type { PatchSet } from "./records.ts";

export type CommitFacts = Pick<PatchSet, "parents" | "created" | "subject" | "message">;

const CACHED_TREES_MAX = 1000;
const MERGE_ATTEMPTS_MAX = 5;
const DIFF_LENGTH_MAX = 400_000;

export type Repository = ReturnType<typeof openRepository>;

export function openRepository(directory: string) {
  const mergeTree = createMergeCache(directory);

  /** Computes a merge without performing it; `tree` is undefined when it conflicts. */
  async function tryMerge(
    branch: string,
    commit: string,
  ): Promise<{ tip: string; tree: string | undefined }> {
    const tip = await branchTip(directory, branch);
    return { tip, tree: await mergeTree(tip, commit) };
  }

  return {
    directory,
    tryMerge,

    /** Merges the commit. @returns the new tip of the branch, or undefined when there is a conflict. */
    async mergeInto(
      branch: string,
      commit: string,
      subject: string,
      by: Person,
      at: Date,
    ): Promise<string | undefined> {
      // A concurrent push makes update-ref fail; the merge is then repeated on the new tip.
      for (let attempt = 1; ; attempt++) {
        const { tip, tree } = await tryMerge(branch, commit);
        if (tree === undefined) return undefined;
        const message = `Merge "${subject}"\n`;
        const next =
          (await withoutMergeCommit(directory, tip, commit)) ??
          (await commitTree(directory, tree, [tip, commit], message, identity(by, at)));
        try {
          await git(directory, ["update-ref", `refs/heads/${branch}`, next, tip]);
          return next;
        } catch (cause) {
          if (!(cause instanceof GitFailed) || attempt === MERGE_ATTEMPTS_MAX) throw cause;
        }
      }
    },

    takePushed: (branch: string, ref: string) => takePushed(directory, branch, ref),

    branches: (part: string) => listBranches(directory, part),

    /** Writes a commit that reverts `commit`, and points `ref` at it. */
    async writeRevert(commit: string, message: string, by: Person, at: Date, ref: string): Promise<string> {
      const tree = `${commit}^1^{tree}`;
      const revert = await commitTree(directory, tree, [commit], message, identity(by, at));
      await git(directory, ["update-ref", ref, revert]);
      return revert;
    },

    /** Writes the same commit with another date, so with another hash, and points `ref` at it. */
    async writeAmended(patchSet: PatchSet, by: Person, at: Date, ref: string): Promise<string> {
      const { commit, parents, message } = patchSet;
      const amended = await commitTree(directory, `${commit}^{tree}`, parents, message, identity(by, at));
      await git(directory, ["update-ref", ref, amended]);
      return amended;
    },

    /** A unified diff against the first parent, truncated to a size that a page can show. */
    async diff(commit: string): Promise<string> {
      const text = await git(directory, [...DIFF_TREE, "-p", "--no-color", commit]);
      return text.length <= DIFF_LENGTH_MAX ? text : `${text.slice(0, DIFF_LENGTH_MAX)}\n… truncated`;
    },

    changedFiles: (commit: string) => readChangedFiles(directory, commit),
  };
}

export function branchTip(directory: string, branch: string): Promise<string> {
  return git(directory, ["rev-parse", "--verify", `refs/heads/${branch}^{commit}`]);
}

/** Moves what was pushed to `refs/for/<branch>` to the ref of a patch set. @returns the commit */
async function takePushed(directory: string, branch: string, ref: string): Promise<string> {
  const pushed = `refs/for/${branch}`;
  const commit = await git(directory, ["rev-parse", "--verify", `${pushed}^{commit}`]);
  await git(directory, ["update-ref", ref, commit]);
  await git(directory, ["update-ref", "-d", pushed, commit]);
  return commit;
}

/** The branches whose refs contain `part`. */
async function listBranches(directory: string, part: string): Promise<{ ref: string; revision: string }[]> {
  const args = ["for-each-ref", "--format=%(refname) %(objectname)", "refs/heads"];
  const lines = (await git(directory, args)).split("\n").filter((line) => line.includes(part));
  return lines.map((line) => {
    const [ref = "", revision = ""] = line.split(" ");
    return { ref, revision };
  });
}

export async function readCommits(directory: string, commits: readonly string[]): Promise<CommitFacts[]> {
  const args = ["log", "--no-walk=unsorted", "--stdin", "--format=%x1e%P%x00%cI%x00%B"];
  const output = await git(directory, args, { input: `${commits.join("\n")}\n` });
  return output
    .split("\x1e")
    .slice(1)
    .map((record) => {
      const [parents = "", committed = "", text = ""] = record.split("\0");
      // git appends newlines to the message.
      const message = `${text.replace(/\n+$/, "")}\n`;
      return {
        parents: parents.split(" ").filter(Boolean),
        created: new Date(committed).toISOString(),
        subject: message.split("\n", 1)[0] ?? "",
        message,
      };
    });
}

/** The result of merging a commit into a tip never changes. */
function createMergeCache(directory: string): (tip: string, commit: string) => Promise<string | undefined> {
  const trees = new Map<string, string | undefined>();
  return async (tip, commit) => {
    const key = `${tip} ${commit}`;
    const known = trees.get(key);
    if (known !== undefined) return known;
    const args = ["--git-dir", directory, "merge-tree", "--write-tree", "--no-messages", tip, commit];
    const merged = await runGit(args, { accept: [1] });
    const tree = merged.exitCode === 1 ? undefined : merged.output.toString().trim();
    if (trees.size >= CACHED_TREES_MAX) trees.clear();
    trees.set(key, tree);
    return tree;
  };
}

/** The new tip when the commit is merged already or the branch can be fast-forwarded. */
async function withoutMergeCommit(
  directory: string,
  tip: string,
  commit: string,
): Promise<string | undefined> {
  const range = ["rev-list", "--left-right", "--count", `${tip}...${commit}`];
  const [onlyInTip, onlyInCommit] = (await git(directory, range)).split("\t").map(Number);
  if (onlyInCommit === 0) return tip;
  return onlyInTip === 0 ? commit : undefined;
}

function commitTree(
  directory: string,
  tree: string,
  parents: string[],
  message: string,
  environment: Record<string, string>,
): Promise<string> {
  const args = ["commit-tree", tree, ...parents.flatMap((parent) => ["-p", parent])];
  return git(directory, args, { input: message, environment });
}

// One bare repository of the review server. It merges, reverts and amends with git plumbing and has no work tree, so a crash
// leaves nothing to clean up: moving a ref is the last step.
import { git, GitFailed, identity, runGit, type Person } from "./git.ts";
import type { PatchSet } from "./records.ts";

export type CommitFacts = Pick<PatchSet, "parents" | "created" | "subject" | "message">;

const cachedTreesMax = 1000;
const mergeAttemptsMax = 5;
const diffLengthMax = 400_000;

export class Repository {
  readonly directory: string;
  // The result of merging a commit into a tip never changes.
  readonly #trees = new Map<string, string | null>();

  constructor(directory: string) {
    this.directory = directory;
  }

  tip(branch: string): Promise<string> {
    return git(this.directory, ["rev-parse", "--verify", `refs/heads/${branch}^{commit}`]);
  }

  /** Computes a merge without performing it; `tree` is null when it conflicts. */
  async tryMerge(branch: string, commit: string): Promise<{ tip: string; tree: string | null }> {
    const tip = await this.tip(branch);
    const key = `${tip} ${commit}`;
    let tree = this.#trees.get(key);
    if (tree === undefined) {
      const args = ["--git-dir", this.directory, "merge-tree", "--write-tree", "--no-messages", tip, commit];
      const merged = await runGit(args, { accept: [1] });
      tree = merged.exitCode === 1 ? null : merged.output.toString().trim();
      if (this.#trees.size >= cachedTreesMax) this.#trees.clear();
      this.#trees.set(key, tree);
    }
    return { tip, tree };
  }

  /** Merges the commit. @returns the new tip of the branch, or null when there is a conflict. */
  async mergeInto(
    branch: string,
    commit: string,
    subject: string,
    by: Person,
    at: Date,
  ): Promise<string | null> {
    // A concurrent push makes update-ref fail; the merge is then repeated on the new tip.
    for (let attempt = 1; ; attempt++) {
      const { tip, tree } = await this.tryMerge(branch, commit);
      if (tree === null) return null;
      const next =
        (await this.#withoutMergeCommit(tip, commit)) ??
        (await this.#commitTree(tree, [tip, commit], `Merge "${subject}"\n`, identity(by, at)));
      try {
        await git(this.directory, ["update-ref", `refs/heads/${branch}`, next, tip]);
        return next;
      } catch (cause) {
        if (!(cause instanceof GitFailed) || attempt === mergeAttemptsMax) throw cause;
      }
    }
  }

  /** The new tip when the commit is merged already or the branch can be fast-forwarded. */
  async #withoutMergeCommit(tip: string, commit: string): Promise<string | null> {
    const range = ["rev-list", "--left-right", "--count", `${tip}...${commit}`];
    const [onlyInTip, onlyInCommit] = (await git(this.directory, range)).split("\t").map(Number);
    if (onlyInCommit === 0) return tip;
    return onlyInTip === 0 ? commit : null;
  }

  /** Writes a commit that reverts `commit`, and points `ref` at it. */
  async writeRevert(commit: string, message: string, by: Person, at: Date, ref: string): Promise<string> {
    const revert = await this.#commitTree(`${commit}^1^{tree}`, [commit], message, identity(by, at));
    await git(this.directory, ["update-ref", ref, revert]);
    return revert;
  }

  /** Writes the same commit with another date, so with another hash, and points `ref` at it. */
  async writeAmended(patchSet: PatchSet, by: Person, at: Date, ref: string): Promise<string> {
    const { commit, parents, message } = patchSet;
    const amended = await this.#commitTree(`${commit}^{tree}`, parents, message, identity(by, at));
    await git(this.directory, ["update-ref", ref, amended]);
    return amended;
  }

  async readCommits(commits: readonly string[]): Promise<CommitFacts[]> {
    const args = ["log", "--no-walk=unsorted", "--stdin", "--format=%x1e%P%x00%cI%x00%B"];
    const output = await git(this.directory, args, { input: `${commits.join("\n")}\n` });
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

  /** A unified diff against the first parent, truncated to a size that a page can show. */
  async diff(commit: string): Promise<string> {
    const text = await git(this.directory, [...diffTree, "-p", "--no-color", commit]);
    return text.length <= diffLengthMax ? text : `${text.slice(0, diffLengthMax)}\n… truncated`;
  }

  async changedFiles(commit: string): Promise<string[]> {
    const output = await git(this.directory, [...diffTree, "-r", "--name-only", "-z", commit]);
    return output.split("\0").filter(Boolean);
  }

  #commitTree(tree: string, parents: string[], message: string, environment: Record<string, string>) {
    const args = ["commit-tree", tree, ...parents.flatMap((parent) => ["-p", parent])];
    return git(this.directory, args, { input: message, environment });
  }
}

const diffTree = ["diff-tree", "--root", "--no-commit-id"];

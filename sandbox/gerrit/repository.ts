// One bare repository of the review server: merging, reverting and amending with plumbing alone. There is
// no work tree, so nothing has to be cleaned up after a crash: a ref moves as the last step or not at all.
import { git, GitFailed, identity, runGit, type Person } from "./git.ts";

export type Merge =
  | { clean: true; tip: string; commit: string | null; tree: string }
  | { clean: false; tip: string };

export class Repository {
  readonly directory: string;
  // What merging a commit into a tip gives never changes, so it is asked of git once.
  readonly #merges = new Map<string, Promise<Merge>>();

  constructor(directory: string) {
    this.directory = directory;
  }

  /** The commit a branch points at. */
  tip(branch: string): Promise<string> {
    return git(this.directory, ["rev-parse", "--verify", `refs/heads/${branch}^{commit}`]);
  }

  /**
   * Tries a merge without doing it. `commit` is set when the branch only has to be moved (fast-forward or
   * already in it), and null when a merge commit over `tree` is needed.
   */
  async tryMerge(branch: string, commit: string): Promise<Merge> {
    const tip = await this.tip(branch);
    const key = `${tip} ${commit}`;
    const known = this.#merges.get(key);
    if (known !== undefined) return known;
    const merge = this.#merge(tip, commit);
    if (this.#merges.size >= rememberedMergesMax) this.#merges.clear();
    this.#merges.set(key, merge);
    merge.catch(() => this.#merges.delete(key));
    return merge;
  }

  async #merge(tip: string, commit: string): Promise<Merge> {
    if (await this.#isAncestor(commit, tip)) return { clean: true, tip, commit: tip, tree: `${tip}^{tree}` };
    if (await this.#isAncestor(tip, commit)) return { clean: true, tip, commit, tree: `${commit}^{tree}` };
    const merged = await runGit(
      ["--git-dir", this.directory, "merge-tree", "--write-tree", "--no-messages", tip, commit],
      { accept: [1] },
    );
    if (merged.exitCode === 1) return { clean: false, tip };
    return { clean: true, tip, commit: null, tree: merged.output.toString().trim() };
  }

  /** Really merges, and gives the branch's new tip, or null when it conflicts. */
  async mergeInto(
    branch: string,
    commit: string,
    subject: string,
    by: Person,
    at: Date,
  ): Promise<string | null> {
    // Somebody may push to the branch in between; then the attempt starts over from the new tip.
    for (let attempt = 1; ; attempt++) {
      const merge = await this.tryMerge(branch, commit);
      if (!merge.clean) return null;
      const next =
        merge.commit ??
        (await this.#commitTree(merge.tree, [merge.tip, commit], `Merge "${subject}"\n`, identity(by, at)));
      try {
        await git(this.directory, ["update-ref", `refs/heads/${branch}`, next, merge.tip]);
        return next;
      } catch (cause) {
        if (!(cause instanceof GitFailed) || attempt === mergeAttemptsMax) throw cause;
      }
    }
  }

  /** A commit on top of `commit` that takes it back; stored at `ref`. */
  async writeRevert(commit: string, message: string, by: Person, at: Date, ref: string): Promise<string> {
    const revert = await this.#commitTree(`${commit}^1^{tree}`, [commit], message, identity(by, at));
    await git(this.directory, ["update-ref", ref, revert, ""]);
    return revert;
  }

  /** The same change again with another message or other files over it; stored at `ref`. */
  async writeAmended(
    commit: string,
    amendment: {
      message: string;
      files: Record<string, string>;
      author: Person;
      committer: Person;
      at: Date;
    },
    ref: string,
  ): Promise<string> {
    const parents = await this.parents(commit);
    const tree = await this.#treeWith(commit, amendment.files);
    const who = identity(amendment.author, amendment.at, amendment.committer);
    const amended = await this.#commitTree(tree, parents, amendment.message, who);
    await git(this.directory, ["update-ref", ref, amended, ""]);
    return amended;
  }

  async parents(commit: string): Promise<string[]> {
    const line = await git(this.directory, ["rev-list", "--parents", "-n", "1", commit]);
    return line.split(" ").slice(1);
  }

  /** The change as a unified diff against its first parent, cut at a size that a page can show. */
  async diff(commit: string): Promise<string> {
    const text = await git(this.directory, [
      "diff-tree",
      "-p",
      "--no-color",
      "--root",
      "--no-commit-id",
      commit,
    ]);
    return text.length <= diffLengthMax ? text : `${text.slice(0, diffLengthMax)}\n… cut here`;
  }

  /** `git diff-tree --numstat --raw`, which is what Gerrit's list of files is made from. */
  async changedFiles(commit: string): Promise<ChangedFile[]> {
    const args = ["diff-tree", "-r", "--root", "--no-commit-id", "--raw", "--numstat", "-z", commit];
    const fields = (await git(this.directory, args)).split("\0");
    const letters = new Map<string, string>();
    const files: ChangedFile[] = [];
    while (fields.length > 1) {
      const field = fields.shift() ?? "";
      if (field.startsWith(":")) {
        letters.set(fields.shift() ?? "", field.slice(-1));
        continue;
      }
      const [added = "-", removed = "-", path = ""] = field.split("\t");
      const letter = letters.get(path) ?? "M";
      files.push({ path, letter, insertions: Number(added) || 0, deletions: Number(removed) || 0 });
    }
    return files;
  }

  async #isAncestor(commit: string, of: string): Promise<boolean> {
    const args = ["--git-dir", this.directory, "merge-base", "--is-ancestor", commit, of];
    return (await runGit(args, { accept: [1] })).exitCode === 0;
  }

  async #commitTree(tree: string, parents: string[], message: string, who: Record<string, string>) {
    const args = ["commit-tree", tree, ...parents.flatMap((parent) => ["-p", parent])];
    return git(this.directory, args, { input: message, environment: who });
  }

  /** The tree of a commit with some files replaced, made by fast-import on a ref that nobody sees. */
  async #treeWith(commit: string, files: Record<string, string>): Promise<string> {
    if (Object.keys(files).length === 0) return `${commit}^{tree}`;
    const blobs = Object.entries(files).map(
      ([path, text]) => `M 100644 inline ${JSON.stringify(path)}\ndata ${Buffer.byteLength(text)}\n${text}\n`,
    );
    const scratch = `refs/sandbox/amend-${process.pid}-${amendments++}`;
    const header = `commit ${scratch}\ncommitter sandbox <sandbox@orchard.example> 0 +0000\ndata 0\nfrom ${commit}\n`;
    await git(this.directory, ["fast-import", "--quiet"], { input: header + blobs.join("") });
    const tree = await git(this.directory, ["rev-parse", `${scratch}^{tree}`]);
    await git(this.directory, ["update-ref", "-d", scratch]);
    return tree;
  }
}

export type ChangedFile = { path: string; letter: string; insertions: number; deletions: number };

let amendments = 0;
const rememberedMergesMax = 1000;
const mergeAttemptsMax = 5;
const diffLengthMax = 400_000;

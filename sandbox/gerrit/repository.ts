// One bare repository of the review server: merging, reverting and amending with plumbing alone. There is
// no work tree, so nothing has to be cleaned up after a crash: a ref moves as the last step or not at all.
import { git, GitFailed, identity, runGit, type Person } from "./git.ts";
import type { PatchSet } from "./records.ts";

export type CommitFacts = Pick<
  PatchSet,
  "parents" | "author" | "created" | "subject" | "message" | "insertions" | "deletions"
>;

type Merge = { tip: string; tree: string | null };

export class Repository {
  readonly directory: string;
  // What merging a commit into a tip gives never changes, so it is asked of git once.
  readonly #trees = new Map<string, Promise<string | null>>();
  readonly #tips = new Map<string, Promise<string>>();

  constructor(directory: string) {
    this.directory = directory;
  }

  /** The commit a branch points at. Questions that come while the answer is under way share it. */
  tip(branch: string): Promise<string> {
    const asked = this.#tips.get(branch);
    if (asked !== undefined) return asked;
    const tip = git(this.directory, ["rev-parse", "--verify", `refs/heads/${branch}^{commit}`]);
    this.#tips.set(branch, tip);
    const forget = () => this.#tips.delete(branch);
    tip.then(forget, forget);
    return tip;
  }

  /** Tries a merge without doing it; `tree` is what would come out, null when it conflicts. */
  async tryMerge(branch: string, commit: string): Promise<Merge> {
    const tip = await this.tip(branch);
    const key = `${tip} ${commit}`;
    const known = this.#trees.get(key);
    if (known !== undefined) return { tip, tree: await known };
    const tree = this.#mergedTree(tip, commit);
    if (this.#trees.size >= rememberedTreesMax) this.#trees.clear();
    this.#trees.set(key, tree);
    tree.catch(() => this.#trees.delete(key));
    return { tip, tree: await tree };
  }

  async #mergedTree(tip: string, commit: string): Promise<string | null> {
    const merged = await runGit(
      ["--git-dir", this.directory, "merge-tree", "--write-tree", "--no-messages", tip, commit],
      { accept: [1] },
    );
    return merged.exitCode === 1 ? null : merged.output.toString().trim();
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
      const { tip, tree } = await this.tryMerge(branch, commit);
      if (tree === null) return null;
      const message = `Merge "${subject}"\n`;
      const next =
        (await this.#withoutMergeCommit(tip, commit)) ??
        (await this.#commitTree(tree, [tip, commit], message, identity(by, at)));
      try {
        await git(this.directory, ["update-ref", `refs/heads/${branch}`, next, tip]);
        return next;
      } catch (cause) {
        if (!(cause instanceof GitFailed) || attempt === mergeAttemptsMax) throw cause;
      }
    }
  }

  /** What the branch becomes when the commit is in it already, or when it only has to move forward. */
  async #withoutMergeCommit(tip: string, commit: string): Promise<string | null> {
    const range = ["rev-list", "--left-right", "--count", `${tip}...${commit}`];
    const [onlyInTip, onlyInCommit] = (await git(this.directory, range)).split("\t").map(Number);
    if (onlyInCommit === 0) return tip;
    return onlyInTip === 0 ? commit : null;
  }

  /** A commit on top of `commit` that takes it back; stored at `ref`. */
  async writeRevert(commit: string, message: string, by: Person, at: Date, ref: string): Promise<string> {
    const revert = await this.#commitTree(`${commit}^1^{tree}`, [commit], message, identity(by, at));
    await git(this.directory, ["update-ref", ref, revert]);
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
    const [facts] = await this.readCommits([commit]);
    const tree = await this.#treeWith(commit, amendment.files);
    const who = identity(amendment.author, amendment.at, amendment.committer);
    const amended = await this.#commitTree(tree, facts?.parents ?? [], amendment.message, who);
    await git(this.directory, ["update-ref", ref, amended]);
    return amended;
  }

  /** What a patch set remembers of its commit, for as many commits as one likes in one call. */
  async readCommits(commits: readonly string[]): Promise<CommitFacts[]> {
    const format = "--format=%x1e%P%x00%an%x00%ae%x00%aI%x00%cI%x00%B%x00";
    const args = ["log", "--no-walk=unsorted", "--stdin", "--numstat", format];
    const records = (await git(this.directory, args, { input: `${commits.join("\n")}\n` }))
      .split("\x1e")
      .slice(1);
    return records.map((record) => {
      const [parents = "", name = "", email = "", authored = "", committed = "", text = "", sizes = ""] =
        record.split("\0");
      // git adds a newline to the body that it shows.
      const message = text.replace(/\n+$/, "\n");
      // A binary file has "-" for its numbers.
      const lines = sizes.split("\n").map((line) =>
        line
          .split("\t")
          .slice(0, 2)
          .map((count) => Number(count) || 0),
      );
      return {
        parents: parents.split(" ").filter(Boolean),
        author: { name, email, date: new Date(authored).toISOString() },
        created: new Date(committed).toISOString(),
        subject: message.split("\n", 1)[0] ?? "",
        message,
        insertions: lines.reduce((sum, [added = 0]) => sum + added, 0),
        deletions: lines.reduce((sum, [, removed = 0]) => sum + removed, 0),
      };
    });
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

type ChangedFile = { path: string; letter: string; insertions: number; deletions: number };

let amendments = 0;
const rememberedTreesMax = 1000;
const mergeAttemptsMax = 5;
const diffLengthMax = 400_000;

// The files that a commit changes, with the number of lines.
import { git } from "./git.ts";

export const DIFF_TREE = ["diff-tree", "--root", "--no-commit-id"];

export type ChangedFile = {
  path: string;
  /** A, M or D: a rename is a deletion and an addition. */
  letter: string;
  inserted: number;
  deleted: number;
};

export async function readChangedFiles(directory: string, commit: string): Promise<ChangedFile[]> {
  const args = [...DIFF_TREE, "-r", "--no-renames", "--raw", "--numstat", "-z", commit];
  const fields = (await git(directory, args)).split("\0").filter(Boolean);
  const letters = new Map<string, string>();
  const files: ChangedFile[] = [];
  // First the raw records (":… M", then the path), then the counts ("3\t1\tpath"; "-" for a binary file).
  for (const [at, field] of fields.entries()) {
    if (field.startsWith(":")) letters.set(fields[at + 1] ?? "", field.at(-1) ?? "M");
    const [, inserted, deleted, path] = /^(\d+|-)\t(\d+|-)\t(.+)$/s.exec(field) ?? [];
    if (path === undefined) continue;
    files.push({
      path,
      letter: letters.get(path) ?? "M",
      inserted: Number(inserted) || 0,
      deleted: Number(deleted) || 0,
    });
  }
  return files;
}

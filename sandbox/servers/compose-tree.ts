// Writes commits of several repositories side by side into one directory, without any `.git`: the first release of the
// servers.
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { git } from "../gerrit/git.ts";

export type TreePart = { project: string; repository: string; commit: string; path: string };

export async function composeTree(parts: readonly TreePart[], directory: string): Promise<void> {
  for (const { repository, commit, path } of parts) {
    const target = join(directory, path);
    await mkdir(target, { recursive: true });
    const index = `${target}/.index-${process.pid}`;
    const environment = { GIT_INDEX_FILE: index, GIT_WORK_TREE: target };
    await git(repository, ["read-tree", commit], { environment });
    await git(repository, ["checkout-index", "--all", "--force"], { environment });
    await rm(index, { force: true });
  }
}

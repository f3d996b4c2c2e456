// A release is one deployed tree: the configuration repository at the root, and the live branch of each
// extension at php-<version>/extensions/<Name>/. A server's directory holds releases/<name>/ and `current`, a
// link to one of them. The name begins with the configuration's commit; what follows tells apart releases
// that differ only in an extension. A note at the root, release.json, says what is in it:
//   {"commit": "<configuration>", "changes": [1234], "repositories": {"<project>": "<commit>"}}
import { mkdir, readlink, realpath, rename, rm, symlink } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import { git } from "../gerrit/git.ts";
import { isMissing } from "../files.ts";

export type Release = { directory: string; commit: string };
export type TreePart = { project: string; repository: string; commit: string; path: string };

export const releaseNoteName = "release.json";

/** What `current` points at, or null when the server has nothing deployed (or what it had is gone). */
export async function currentRelease(serverDirectory: string): Promise<Release | null> {
  const link = join(serverDirectory, "current");
  try {
    const [commit = ""] = basename(await readlink(link)).split("-");
    return { commit, directory: await realpath(link) };
  } catch (cause) {
    if (isMissing(cause)) return null;
    throw cause;
  }
}

/** The name of a release with these parts, the configuration first. */
export function releaseName(parts: readonly TreePart[]): string {
  return parts.map(({ commit }, index) => (index === 0 ? commit : commit.slice(0, 8))).join("-");
}

/** Writes commits of several repositories side by side into a new directory, without any `.git` in it. */
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

/** Points a server's `current` at one of its releases, in one step. */
export async function switchCurrent(serverDirectory: string, name: string): Promise<void> {
  const draft = join(serverDirectory, `current.${process.pid}.draft`);
  await rm(draft, { force: true });
  await symlink(join("releases", name), draft);
  await rename(draft, join(serverDirectory, "current"));
}

/** Where a path below `folder` really leads, links resolved, or null when it leads out of it or nowhere. */
export async function resolveInside(folder: string, path: string): Promise<string | null> {
  try {
    const root = await realpath(folder);
    const target = await realpath(join(root, path));
    const way = relative(root, target);
    return way === "" || way === ".." || way.startsWith("../") ? null : target;
  } catch (cause) {
    if (isMissing(cause)) return null;
    throw cause;
  }
}

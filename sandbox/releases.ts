// A release is one deployed tree on one server: the configuration repository at the root, and the live branch of each
// extension at php-<version>/extensions/<Name>/. A server's directory holds releases/<name>/ and `current`, a link to one of
// them. release.json at the root of the tree says what is in it:
//   {"commit": "<configuration>", "changes": [1234], "repositories": {"<project>": "<commit>"}}
// Releases are immutable, so a rollback only points `current` at the previous one.
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";

export type Release = {
  name: string;
  /** Commits by project, the configuration first. */
  commits: ReadonlyMap<string, string>;
};

export const noteName = "release.json";
const KEPT_RELEASES = 5;

/** The name starts with the configuration's commit; the rest distinguishes releases that differ only in an extension. */
export function releaseOf(commits: ReadonlyMap<string, string>): Release {
  const [root = "", ...others] = commits.values();
  return { name: [root, ...others.map((commit) => commit.slice(0, 8))].join("-"), commits };
}

/** The commit of the configuration in the release with this name. */
export function commitOf(name: string): string {
  return name.split("-", 1)[0] ?? "";
}

export function writeNote(directory: string, { name, commits }: Release, changes: readonly number[]): void {
  const note = { commit: commitOf(name), changes, repositories: Object.fromEntries(commits) };
  writeFileSync(join(directory, noteName), `${JSON.stringify(note)}\n`);
}

/** The release that `current` of a server points at; undefined when there is none. */
export function currentRelease(serverDirectory: string): string | undefined {
  try {
    const name = basename(readlinkSync(join(serverDirectory, "current")));
    return existsSync(join(serverDirectory, "releases", name)) ? name : undefined;
  } catch {
    // No link or no directory: nothing is deployed.
    return undefined;
  }
}

/** Copies a tree to a server, unless it is there already, and activates it. */
export function deployRelease(serverDirectory: string, tree: string, name: string): void {
  const releases = join(serverDirectory, "releases");
  const target = join(releases, name);
  if (!existsSync(target)) {
    const draft = join(releases, `.${name}.${process.pid}`);
    mkdirSync(releases, { recursive: true });
    rmSync(draft, { recursive: true, force: true });
    cpSync(tree, draft, { recursive: true });
    renameSync(draft, target);
  }
  activateRelease(serverDirectory, name);
}

/** Points `current` at a release of the server, atomically. */
export function activateRelease(serverDirectory: string, name: string): void {
  if (!existsSync(join(serverDirectory, "releases", name))) throw new Error(`release ${name} does not exist`);
  const draft = join(serverDirectory, `.current.${process.pid}`);
  rmSync(draft, { force: true });
  symlinkSync(join("releases", name), draft);
  renameSync(draft, join(serverDirectory, "current"));
}

/** Removes the oldest releases, except those in use. */
export function pruneReleases(serverDirectory: string, inUse: readonly (string | undefined)[]): void {
  pruneOldest(join(serverDirectory, "releases"), KEPT_RELEASES, inUse);
}

/** Removes all but the newest directories. */
export function pruneOldest(
  directory: string,
  keptCount: number,
  inUse: readonly (string | undefined)[],
): void {
  const byAge = readdirSync(directory)
    .map((name) => ({ name, changedMs: statSync(join(directory, name)).mtimeMs }))
    .toSorted((a, b) => b.changedMs - a.changedMs);
  for (const { name } of byAge.slice(keptCount)) {
    if (!inUse.includes(name)) rmSync(join(directory, name), { recursive: true, force: true });
  }
}

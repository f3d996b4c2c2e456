// A release is one deployed tree on one server: SERVER/releases/<name>, with SERVER/current pointing at the
// one that is served. Its note, release.json, says which commits are in it. Releases are never altered once
// they have their name, so going back is nothing but pointing `current` at the one before.
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
import type { Server } from "./settings.ts";

export type Release = {
  name: string;
  /** Commits by project; the first project is the one at the root of the tree. */
  commits: ReadonlyMap<string, string>;
};

export const noteName = "release.json";
const keptReleases = 5;

/** The name begins with the commit of the tree's root; the rest tells apart what differs only further down. */
export function releaseOf(commits: ReadonlyMap<string, string>): Release {
  const [root = "", ...others] = commits.values();
  return { name: [root, ...others.map((commit) => commit.slice(0, 8))].join("-"), commits };
}

export function writeNote(directory: string, { commits }: Release, changes: readonly number[]): void {
  const [commit = ""] = commits.values();
  const note = { commit, changes, repositories: Object.fromEntries(commits) };
  writeFileSync(join(directory, noteName), `${JSON.stringify(note)}\n`);
}

/** The name of what a server serves; undefined when nothing is deployed there. */
export function currentRelease({ directory }: Server): string | undefined {
  try {
    const name = basename(readlinkSync(join(directory, "current")));
    return existsSync(join(directory, "releases", name)) ? name : undefined;
  } catch {
    // No link, or no server directory: in any case nothing that could be gone back to.
    return undefined;
  }
}

/** Copies a tree to a server, if it does not have it yet, and serves it from then on. */
export function deployRelease(server: Server, tree: string, name: string): void {
  const releases = join(server.directory, "releases");
  const target = join(releases, name);
  if (!existsSync(target)) {
    const draft = join(releases, `.${name}.${process.pid}`);
    mkdirSync(releases, { recursive: true });
    rmSync(draft, { recursive: true, force: true });
    cpSync(tree, draft, { recursive: true });
    renameSync(draft, target);
  }
  serveRelease(server, name);
}

/** Points `current` at a release that the server has, in one step. */
export function serveRelease({ directory }: Server, name: string): void {
  if (!existsSync(join(directory, "releases", name))) throw new Error(`release ${name} is not there`);
  const draft = join(directory, `.current.${process.pid}`);
  rmSync(draft, { force: true });
  symlinkSync(join("releases", name), draft);
  renameSync(draft, join(directory, "current"));
}

/** Removes the oldest releases, but none that is named. */
export function pruneReleases({ directory }: Server, needed: readonly (string | undefined)[]): void {
  const releases = join(directory, "releases");
  const byAge = readdirSync(releases)
    .map((name) => ({ name, changedMs: statSync(join(releases, name)).mtimeMs }))
    .toSorted((a, b) => b.changedMs - a.changedMs);
  for (const { name } of byAge.slice(keptReleases)) {
    if (!needed.includes(name)) rmSync(join(releases, name), { recursive: true, force: true });
  }
}

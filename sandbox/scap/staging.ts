// The staging directory, which is the tree to be deployed: one checkout of the configuration, and below it, at
// php-<version>/extensions/<name>, one checkout of each extension for every live version. The last `scap prep` set their
// commits, so commits that `git fetch` adds are new.
import { existsSync, mkdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { git } from "./git.ts";
import { currentRelease, noteName, releaseOf, type Release } from "../releases.ts";
import type { Session } from "./session.ts";
import type { Server } from "./settings.ts";

export type StagedRepository = {
  project: string;
  branch: string;
  /** Where it is fetched from. */
  url: string;
  directory: string;
  /** Absent for the configuration. */
  version?: string;
};

export type Staging = { directory: string; repositories: readonly StagedRepository[] };

/** Creates missing checkouts at the commit that production runs. */
export async function openStaging(session: Session): Promise<Staging> {
  const staging = describeStaging(session);
  for (const repository of staging.repositories) {
    if (!existsSync(join(repository.directory, ".git"))) await clone(session, repository);
  }
  return staging;
}

function describeStaging({ settings }: Session): Staging {
  const { mainProject, repositories, liveVersions } = settings.sandbox;
  const directory = join(settings.directory, "staging");
  const extensions = [...repositories].filter(([project]) => project !== mainProject);
  return {
    directory,
    repositories: [
      { project: mainProject, branch: "master", url: repositories.get(mainProject) ?? "", directory },
      ...liveVersions.flatMap((version) =>
        extensions.map(([project, url]) => ({
          project,
          branch: `wmf/${version}`,
          url,
          directory: join(directory, pathInTree(version, project)),
          version,
        })),
      ),
    ],
  };
}

async function clone(session: Session, repository: StagedRepository): Promise<void> {
  const { branch, url, directory } = repository;
  mkdirSync(directory, { recursive: true });
  await git(session, directory, ["init", "--quiet", "--initial-branch", branch]);
  // The checkouts of the versions are inside this one, and so is the note of a release.
  writeFileSync(join(directory, ".git", "info", "exclude"), `/php-*/\n/${noteName}\n`);
  await git(session, directory, ["remote", "add", "origin", url]);
  await git(session, directory, ["fetch", "--quiet", "origin"]);
  const start = (await deployedCommit(session, repository)) ?? `origin/${branch}`;
  await git(session, directory, ["reset", "--quiet", "--hard", start]);
}

/** The newest commit of the branch with exactly the files that production serves. */
async function deployedCommit(session: Session, repository: StagedRepository): Promise<string | undefined> {
  const server = session.settings.sandbox.servers.findLast(
    (candidate) => currentRelease(candidate.directory) !== undefined,
  );
  if (server === undefined) return undefined;
  const tree = await servedTree(session, repository, server);
  const history = await git(session, repository.directory, [
    "log",
    "--format=%T %H",
    `origin/${repository.branch}`,
  ]);
  const line = history.split("\n").find((candidate) => candidate.startsWith(`${tree} `));
  return line?.split(" ")[1];
}

/** The tree hash of the files on a server; undefined when it has none. */
async function servedTree(
  session: Session,
  { directory, version, project }: StagedRepository,
  server: Server,
): Promise<string | undefined> {
  const root = join(server.directory, "current");
  const files = version === undefined ? root : join(root, pathInTree(version, project));
  if (!existsSync(files)) return undefined;
  const index = join(directory, ".git", `served-${process.pid}`);
  const environment = {
    GIT_INDEX_FILE: index,
    GIT_WORK_TREE: realpathSync(files),
    GIT_DIR: join(directory, ".git"),
  };
  try {
    await git(session, files, ["add", "--all", "."], { environment });
    return await git(session, files, ["write-tree"], { environment });
  } finally {
    rmSync(index, { force: true });
  }
}

/** The release that would be deployed now. */
export async function stagedRelease(session: Session, staging: Staging): Promise<Release> {
  const commits = new Map<string, string>();
  for (const { project, directory } of staging.repositories) {
    commits.set(project, await git(session, directory, ["rev-parse", "HEAD"]));
  }
  return releaseOf(commits);
}

/** The path of an extension in the tree. */
function pathInTree(version: string, project: string): string {
  return join(`php-${version}`, "extensions", project.split("/").at(-1) ?? project);
}

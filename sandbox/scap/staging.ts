// The staging directory: one checkout of the configuration, and below it, at php-<version>/extensions/<name>,
// one checkout of each extension for every live version. Together they are the tree that gets deployed.
//
// The checkouts stand where the last `scap prep` left them, so what `git fetch` brings beyond that is new.
// Only this program writes here.
import { existsSync, mkdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { git } from "./git.ts";
import { currentRelease, noteName, releaseOf, type Release } from "./release.ts";
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

/** Finds the checkouts, or makes those that are missing, as of what production runs. */
export async function openStaging(session: Session): Promise<Staging> {
  const staging = describeStaging(session);
  for (const repository of staging.repositories) {
    if (!existsSync(join(repository.directory, ".git"))) await clone(session, repository);
  }
  return staging;
}

function describeStaging({ settings }: Session): Staging {
  const { mainProject, repositories, liveVersions } = settings.world;
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
          directory: join(directory, placeInTree(version, project)),
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
  // The versions' checkouts lie inside this one and are no part of it; nor is the note of a release.
  writeFileSync(join(directory, ".git", "info", "exclude"), `/php-*/\n/${noteName}\n`);
  await git(session, directory, ["remote", "add", "origin", url]);
  await git(session, directory, ["fetch", "--quiet", "origin"]);
  const start = (await deployedCommit(session, repository)) ?? `origin/${branch}`;
  await git(session, directory, ["reset", "--quiet", "--hard", start]);
}

/** The newest commit of the branch that has exactly the files production serves. */
async function deployedCommit(session: Session, repository: StagedRepository): Promise<string | undefined> {
  const server = session.settings.world.servers.findLast(
    (candidate) => currentRelease(candidate) !== undefined,
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

/** What git would call the files of a repository as a server has them; undefined when it has none. */
async function servedTree(
  session: Session,
  { directory, version, project }: StagedRepository,
  server: Server,
): Promise<string | undefined> {
  const root = join(server.directory, "current");
  const files = version === undefined ? root : join(root, placeInTree(version, project));
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

/** What would be deployed now. */
export async function stagedRelease(session: Session, staging: Staging): Promise<Release> {
  const commits = new Map<string, string>();
  for (const { project, directory } of staging.repositories) {
    commits.set(project, await git(session, directory, ["rev-parse", "HEAD"]));
  }
  return releaseOf(commits);
}

/** Where an extension lies in the tree. */
function placeInTree(version: string, project: string): string {
  return join(`php-${version}`, "extensions", project.split("/").at(-1) ?? project);
}

// Phase five: fetches the merged commits into the staging repositories, and asks before it deploys any other commit.
import type { Change } from "../gerrit.ts";
import { git, showGit, showGitInPager } from "../git.ts";
import { pause, type Session } from "../session.ts";
import type { StagedRepository, Staging } from "../staging.ts";
import { deployUnexpected, showUnexpected, type Operation } from "../wording.ts";
import { confirmOrCancel } from "./confirm.ts";

const FETCH_MS = 500;

/** @returns whether there are commits that can be deployed */
export async function collectCommits(
  session: Session,
  staging: Staging,
  changes: readonly Change[],
  operation: Operation,
): Promise<boolean> {
  session.out.info("Collecting commits to deploy...");
  session.out.info("Fetching new changes...");
  await pause(session, FETCH_MS);
  const newCommits = new Map<StagedRepository, string[]>();
  for (const repository of staging.repositories) {
    newCommits.set(repository, await fetchNew(session, repository));
  }

  const expected = new Set<string>();
  for (const change of changes) {
    const repository = staging.repositories.find(
      ({ project, branch }) => project === change.project && branch === change.branch,
    );
    if (repository !== undefined) await collectChange(session, repository, change, expected);
  }

  for (const [repository, commits] of newCommits) {
    const unexpected = commits.filter((commit) => !expected.has(commit));
    if (unexpected.length > 0) await askAboutUnexpected(session, repository, unexpected, operation);
  }
  // A change that was merged earlier is deployed again, whatever the servers run. Only changes of branches without a checkout
  // have nothing to deploy.
  const anythingNew = [...newCommits.values()].some((commits) => commits.length > 0);
  return anythingNew || expected.size > 0;
}

/** @returns the commits of the branch that are not checked out yet, newest first */
async function fetchNew(session: Session, { directory, branch }: StagedRepository): Promise<string[]> {
  await showGit(session, directory, ["fetch", ...(session.out.live ? ["--progress"] : []), "origin"]);
  const commits = await git(session, directory, ["rev-list", `HEAD..origin/${branch}`]);
  return commits.split("\n").filter((commit) => commit !== "");
}

async function collectChange(
  session: Session,
  { directory, branch }: StagedRepository,
  { changeId, currentCommit }: Change,
  expected: Set<string>,
): Promise<void> {
  session.out.info(`Collecting commit for ${changeId}`);
  expected.add(currentCommit);
  session.out.info(`Collecting merge commit for ${changeId} if it exists...`);
  const merges = await git(session, directory, [
    "rev-list",
    "--merges",
    "--parents",
    `${currentCommit}..origin/${branch}`,
  ]);
  const merge = merges.split("\n").find((line) => line.split(" ").slice(2).includes(currentCommit));
  const commit = merge?.split(" ", 1)[0];
  if (commit === undefined) {
    session.out.info("No merge commit found.");
    return;
  }
  session.out.info(`Found merge commit ${commit}`);
  expected.add(commit);
}

async function askAboutUnexpected(
  session: Session,
  { directory, project }: StagedRepository,
  commits: readonly string[],
  operation: Operation,
): Promise<void> {
  const { pager } = session.settings;
  session.out.warning(`The following are unexpected commits pulled from origin for ${project}:`);
  const colors = session.out.colored ? ["--color=always"] : [];
  // scap omits `--no-pager` here, so git starts a pager that waits for a key.
  const paged = pager !== "cat" && session.protocol === undefined;
  if (paged) await showGitInPager(session, directory, ["show", "-s", ...commits]);
  else await showGit(session, directory, ["--no-pager", "show", "-s", ...colors, ...commits]);

  if (await session.ask.yesNo(showUnexpected(project))) {
    await showGit(session, directory, ["--no-pager", "show", ...colors, ...commits]);
  }
  await confirmOrCancel(session, deployUnexpected(project), operation);
}

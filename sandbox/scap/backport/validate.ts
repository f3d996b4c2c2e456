// The first phase: checks whether the changes can be deployed. The first change that cannot ends the command; deployments
// that are possible but unusual are confirmed.
import { PlainExit } from "../errors.ts";
import type { Change, Gerrit } from "../gerrit.ts";
import { pythonList } from "../python.ts";
import { pause, type Session } from "../session.ts";
import { notLive, slowLocalisation, type Operation } from "../wording.ts";
import { changeTitle } from "./change-text.ts";
import { confirmOrCancel } from "./confirm.ts";

const QUERY_MS = 700;

/** Finds the changes. Ends the command unless all of them exist and are ready for review. */
export async function findChanges(
  session: Session,
  gerrit: Gerrit,
  numbers: readonly number[],
): Promise<Change[]> {
  await pause(session, QUERY_MS);
  const found = await Promise.all(
    numbers.map(async (number) => ({ number, change: await gerrit.findChange(number) })),
  );
  return found.map(({ number, change }) => {
    if (change === undefined) throw new PlainExit(`Change '${number}' not found`);
    if (change.workInProgress) {
      throw new PlainExit(`Change '${number}' is a work in progress and not ready for merge!`);
    }
    return change;
  });
}

export async function validateChanges(
  session: Session,
  gerrit: Gerrit,
  changes: readonly Change[],
  operation: Operation,
): Promise<void> {
  session.out.info("Checking whether requested changes are valid for backport...");
  for (const change of changes) refuseUndeployable(session, change, operation);
  if (operation === "backport") await refuseMissingDependencies(session, gerrit, changes);
  await askAboutRetiredBranches(session, changes, operation);
  await askAboutLocalisation(session, gerrit, changes, operation);
}

function refuseUndeployable(session: Session, change: Change, operation: Operation): void {
  const { number, project, branch, status } = change;
  const { repositories, mainProject } = session.settings.sandbox;
  if (!repositories.has(project) || (project === mainProject && branch !== "master")) {
    const reason = "is not deployable: scap does not deploy this repository and branch";
    throw new PlainExit(`${changeTitle(change)} ${reason}`);
  }
  if (operation === "revert" && status !== "MERGED") {
    throw new PlainExit(`Change '${number}' has not been merged, so it cannot be reverted`);
  }
  if (operation === "backport" && status === "ABANDONED") {
    throw new PlainExit(`Change '${number}' has been abandoned!`);
  }
}

/** Every ancestor and every `Depends-On` of a change has to be merged, or deployed together with it. */
async function refuseMissingDependencies(
  session: Session,
  gerrit: Gerrit,
  changes: readonly Change[],
): Promise<void> {
  const missing: string[] = [];
  for (const change of changes) {
    const ancestors = await Promise.all(
      (await gerrit.listAncestors(change)).map((number) => gerrit.findChange(number)),
    );
    const named = await Promise.all(dependsOn(change).map((id) => gerrit.findByChangeId(id)));
    const relevant = [
      ...named.flat().map((dependency) => ({ link: "Depends-On", dependency })),
      ...ancestors
        .flatMap((ancestor) => ancestor ?? [])
        .map((dependency) => ({ link: "Related", dependency })),
    ].filter(({ dependency }) => dependency.status !== "ABANDONED");
    for (const { link, dependency } of relevant) {
      session.out.info(`${changeTitle(change)} ${link} ${changeTitle(dependency)} [Relevant]`);
      if (dependency.status !== "MERGED" && !changes.some(({ number }) => number === dependency.number)) {
        missing.push(
          `${changeTitle(change)} depends on change '${dependency.number}', which is neither merged nor scheduled for backport`,
        );
      }
    }
    session.out.info(
      `Root change '${change.number}' processed with ${relevant.length} relevant dependencies`,
    );
  }
  if (missing.length > 0) throw new PlainExit(missing.join("\n"));
}

/** The Change-Ids in the footers of the message. */
function dependsOn({ message }: Change): string[] {
  return [...message.matchAll(/^Depends-On: (I[0-9a-f]{40})$/gm)].flatMap(([, id]) => id ?? []);
}

/** Whether a version that wikis run contains this branch. */
function isLive({ settings }: Session, { project, branch }: Change): boolean {
  const { mainProject, liveVersions } = settings.sandbox;
  return project === mainProject || liveVersions.some((version) => branch === `wmf/${version}`);
}

async function askAboutRetiredBranches(
  session: Session,
  changes: readonly Change[],
  operation: Operation,
): Promise<void> {
  const { dialect, sandbox } = session.settings;
  for (const change of changes.filter((candidate) => !isLive(session, candidate))) {
    const reason =
      `${changeTitle(change)} not found in any live wikiversion. ` +
      `Live wikiversions: ${pythonList(sandbox.liveVersions)}`;
    await confirmOrCancel(session, notLive(dialect, reason), operation);
  }
}

async function askAboutLocalisation(
  session: Session,
  gerrit: Gerrit,
  changes: readonly Change[],
  operation: Operation,
): Promise<void> {
  // The previous dialect does not have this question.
  if (session.settings.dialect.name !== "today") return;
  const { mainProject } = session.settings.sandbox;
  const extensions = changes.filter(({ project }) => project !== mainProject);
  const slow: number[] = [];
  for (const change of extensions.filter((candidate) => isLive(session, candidate))) {
    const files = await gerrit.listFiles(change);
    if (files.some((file) => /(^|\/)i18n\//.test(file))) slow.push(change.number);
  }
  if (slow.length > 0) await confirmOrCancel(session, slowLocalisation(slow), operation);
}

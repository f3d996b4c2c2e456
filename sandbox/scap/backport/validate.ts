// Phase one: may these changes be deployed at all? The first change that may not ends the command; what is merely unwise
// is asked.
import { PlainExit } from "../errors.ts";
import type { Change, Gerrit } from "../gerrit.ts";
import { pythonList } from "../python.ts";
import { pause, type Session } from "../session.ts";
import { wrap } from "../table.ts";
import { notLive, slowLocalisation, warningsFound } from "../wording.ts";
import { changeTitle } from "./change-text.ts";
import { confirmOrCancel } from "./confirm.ts";
import { listDependencies, type Dependency } from "./dependencies.ts";
import { isLive } from "./live.ts";
import type { Options } from "./options.ts";

const lookUpMs = 700;
const warningColumnsMax = 100;

/** The changes with these numbers, if all of them exist and are ready for review. */
export async function findChanges(
  session: Session,
  gerrit: Gerrit,
  numbers: readonly number[],
): Promise<Change[]> {
  await pause(session, lookUpMs);
  const found = await Promise.all(
    numbers.map(async (number) => ({ number, change: await gerrit.findChange(number) })),
  );
  return found.map(({ number, change }) => {
    if (change === undefined) throw new PlainExit(`Change '${number}' not found`);
    if (change.workInProgress)
      throw new PlainExit(`Change '${number}' is a work in progress and not ready for merge!`);
    return change;
  });
}

export async function validateChanges(
  session: Session,
  gerrit: Gerrit,
  changes: readonly Change[],
  options: Options,
): Promise<void> {
  session.out.info("Checking whether requested changes are valid for backport...");
  for (const change of changes) refuseUndeployable(session, change, options);
  const numbers = changes.map(({ number }) => number);
  const problems: string[] = [];
  const warnings: string[] = [];
  if (options.operation === "backport") {
    for (const change of changes) {
      const dependencies = await listDependencies(session, gerrit, change);
      reportDependencies(session, change, dependencies);
      for (const dependency of dependencies.filter(({ change: { status } }) => status !== "MERGED")) {
        if (numbers.includes(dependency.change.number)) continue;
        if (dependency.relevant) problems.push(missingDependency(change, dependency.change));
        else warnings.push(...irrelevantDependency(change, dependency.change));
      }
    }
  }
  if (problems.length > 0) throw new PlainExit(problems.join("\n"));

  await askAboutRetiredBranches(session, changes, options);
  await askAboutLocalisation(session, gerrit, changes, options);
  if (warnings.length > 0 && !options.yes) {
    await confirmOrCancel(
      session,
      warningsFound(session.settings.dialect, warnings.join("\n")),
      options.operation,
    );
  }
}

function refuseUndeployable({ settings: { world } }: Session, change: Change, { operation }: Options): void {
  const { number, project, branch, status } = change;
  if (!world.repositories.has(project) || (project === world.mainProject && branch !== "master")) {
    const reason = "is not deployable: scap does not deploy this repository and branch";
    throw new PlainExit(`${changeTitle(change)} ${reason}`);
  }
  if (operation === "revert" && status !== "MERGED")
    throw new PlainExit(`Change '${number}' has not been merged, so it cannot be reverted`);
  if (operation === "backport" && status === "ABANDONED")
    throw new PlainExit(`Change '${number}' has been abandoned!`);
}

function reportDependencies(session: Session, change: Change, dependencies: readonly Dependency[]): void {
  for (const { kind, change: other, relevant } of dependencies) {
    const verdict = relevant ? "[Relevant]" : "[NOT Relevant]";
    session.out.info(`${changeTitle(change)} ${kind} ${changeTitle(other)} ${verdict}`);
  }
  const count = dependencies.filter(({ relevant }) => relevant).length;
  session.out.info(`Root change '${change.number}' processed with ${count} relevant dependencies`);
}

function missingDependency(change: Change, dependency: Change): string {
  return `${changeTitle(change)} depends on change '${dependency.number}', which is neither merged nor scheduled for backport`;
}

function irrelevantDependency(change: Change, dependency: Change): string[] {
  const text =
    `depends on change '${dependency.number}' (project: '${dependency.project}', branch: '${dependency.branch}'), ` +
    "which is not merged, and whose branch is in no live version.";
  return [`Warning for ${changeTitle(change)}:`, ...wrap(text, warningColumnsMax)];
}

async function askAboutRetiredBranches(
  session: Session,
  changes: readonly Change[],
  { yes, operation }: Options,
): Promise<void> {
  const { dialect, world } = session.settings;
  for (const change of changes.filter((candidate) => !isLive(session, candidate))) {
    const complaint =
      `${changeTitle(change)} not found in any live wikiversion. ` +
      `Live wikiversions: ${pythonList(world.liveVersions)}`;
    if (yes) session.out.warning(complaint);
    else await confirmOrCancel(session, notLive(dialect, complaint), operation);
  }
}

async function askAboutLocalisation(
  session: Session,
  gerrit: Gerrit,
  changes: readonly Change[],
  { yes, operation }: Options,
): Promise<void> {
  // Only the scap of today looks at the files; before, such a deployment was slow without a word.
  if (session.settings.dialect.name !== "today") return;
  const { mainProject } = session.settings.world;
  const extensions = changes.filter(({ project }) => project !== mainProject);
  const slow: number[] = [];
  for (const change of extensions.filter((candidate) => isLive(session, candidate))) {
    const files = await gerrit.listFiles(change);
    if (files.some((file) => /(^|\/)i18n\//.test(file))) slow.push(change.number);
  }
  if (slow.length === 0) return;
  if (yes) session.out.warning(slowLocalisation(slow).text.split("\n", 1)[0] ?? "");
  else await confirmOrCancel(session, slowLocalisation(slow), operation);
}

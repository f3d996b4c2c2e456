// `scap deploy-promote`: changes the versions of a group of wikis, or with --train those of all wikis, and syncs them.
import { errorText, PlainExit } from "../errors.ts";
import { fetchPage } from "../fetch-page.ts";
import { record, text } from "../json.ts";
import { acquireLock } from "../lock.ts";
import { announced, pause, type Session } from "../session.ts";
import { openStaging, type Staging } from "../staging.ts";
import { takeRequestedFailure } from "../sync/requested-failures.ts";
import { runScapChild } from "../subprocess.ts";
import { blockerTaskQuestion, promoteGroup, setVersions } from "../wording.ts";
import { checkVersion } from "./check-version.ts";
import { parsePromoteOptions, type PromoteOptions } from "./options.ts";
import { pushVersions } from "./push-versions.ts";
import { activeVersions, GROUPS, readDblist, readWikiversions, wikiversionsText } from "./wikis.ts";

const SYNC_FILE_MS = 1_500;

export async function deployPromote(session: Session, args: readonly string[]): Promise<number> {
  const options = parsePromoteOptions(args);
  const staging = await openStaging(session);
  const wikis = readDblist(staging.directory, options.group);
  const versions = readWikiversions(staging.directory) ?? new Map<string, string>();
  if (!options.answersYes && !(await isConfirmed(session, options, versions, wikis))) {
    throw new PlainExit("Aborting: Canceled by user");
  }
  const header = `${options.group} to ${options.version}`;
  const task = await readTask(session);
  const release = await acquireLock(session, header);
  try {
    const next = nextVersions(staging, options, versions);
    const [main] = staging.repositories;
    if (main === undefined) throw new PlainExit("There is no configuration in the staging directory");
    await pushVersions(session, main, wikiversionsText(next), `${header}\n\nBug: ${task}`);
    await syncVersions(session, options, `${header}  refs ${task}`);
    const checked = wikis.find((wiki) => next.get(wiki) === options.version);
    if (checked !== undefined) await checkVersion(session, checked, options.version);
    return 0;
  } finally {
    release();
  }
}

function isConfirmed(
  session: Session,
  { group, version, isTrain, oldVersion = "" }: PromoteOptions,
  versions: ReadonlyMap<string, string>,
  wikis: readonly string[],
): Promise<boolean> {
  if (!isTrain) {
    const before = activeVersions(new Map(wikis.map((wiki) => [wiki, versions.get(wiki) ?? "?"])));
    return session.ask.yesNo(promoteGroup(group, before, version));
  }
  const last = GROUPS.findIndex((name) => name === group);
  const lines = GROUPS.map((name, index) => `${name}: ${index <= last ? version : oldVersion}`);
  return session.ask.yesNo(setVersions(lines));
}

/** The service may be unavailable: then scap asks. */
async function readTask(session: Session): Promise<string> {
  try {
    if (takeRequestedFailure(session, "train-blockers")) throw new Error("a failure was requested");
    const url = session.settings.sandbox.gerritUrl;
    const { content } = await session.interrupts.during(fetchPage({ url }, "/sandbox/train-blockers"));
    return text(record(JSON.parse(content))["task"]);
  } catch (error) {
    session.out.error(`Failed to automatically retrieve the train task: ${errorText(error)}`);
    const task = (await session.ask.line(blockerTaskQuestion)).trim();
    if (task === "") throw new PlainExit("Aborting: No train blocker task supplied.  Canceling");
    return task;
  }
}

function nextVersions(
  { directory }: Staging,
  { group, version, isTrain, oldVersion, excludedWikis }: PromoteOptions,
  versions: ReadonlyMap<string, string>,
): Map<string, string> {
  const next = new Map(versions);
  const set = (wikis: Iterable<string>, to: string) => {
    for (const wiki of wikis) if (next.has(wiki) && !excludedWikis.includes(wiki)) next.set(wiki, to);
  };
  if (!isTrain || oldVersion === undefined) {
    set(readDblist(directory, group), version);
    return next;
  }
  set(versions.keys(), oldVersion);
  const last = GROUPS.findIndex((name) => name === group);
  for (const name of GROUPS.slice(0, last + 1)) set(readDblist(directory, name), version);
  return next;
}

async function syncVersions(
  session: Session,
  { group, pause: pauses }: PromoteOptions,
  message: string,
): Promise<void> {
  const options = pauses ? ["--pause-after-testserver-sync"] : [];
  const command = group === "testwikis" ? "sync-world" : "sync-wikiversions";
  if (group === "testwikis") {
    session.out.info("Running scap prep auto");
    await runScapChild(session, ["prep", "auto"]);
  }
  session.out.info(`Running scap ${command}`);
  await runScapChild(session, [command, ...options, message]);
  if (group !== "group1") return;
  session.out.info("Running scap sync-file php");
  await announced(session, `scap sync-file: ${message}`, () => pause(session, SYNC_FILE_MS));
}

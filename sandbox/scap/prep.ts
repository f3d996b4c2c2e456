// `scap prep auto`: checks out the tip of every live branch in the staging directory.
import { PlainExit } from "./errors.ts";
import { git } from "./git.ts";
import { announced, pause, printLine, reportStatus, type Session } from "./session.ts";
import { openStaging, type StagedRepository } from "./staging.ts";

const CHECKOUT_MS = 1_000;
const VERSION_MS = 3_500;

// Printed without effect: scap marks these lines as sensitive, and SpiderPig has to hide them.
const SECURITY_PATCHES = ["core/01-T380402.patch", "extensions/WikiLove/02-T381117.patch"];

export async function prep(session: Session, args: readonly string[]): Promise<number> {
  if (args[0] !== "auto") throw new PlainExit("usage: scap prep auto", 2);
  await announced(session, "scap prep auto", async () => {
    reportStatus(session, "Checking out mediawiki-config");
    const { repositories } = await openStaging(session);
    const versions = [...new Set(repositories.flatMap(({ version }) => version ?? []))];

    for (const repository of repositories.filter(({ version }) => version === undefined)) {
      await updateCheckout(session, repository);
    }
    for (const version of versions) {
      reportStatus(session, `Checking out ${version}`);
      for (const repository of repositories.filter((candidate) => candidate.version === version)) {
        await updateCheckout(session, repository);
      }
      await pause(session, VERSION_MS);
      printPatches(session, version);
      session.out.info(`MediaWiki wmf/${version} successfully checked out.`);
    }
    reportStatus(session, null);
  });
  return 0;
}

async function updateCheckout(session: Session, { url, branch, directory }: StagedRepository): Promise<void> {
  session.out.info(`Update ${url} (${branch} branch) in ${directory}`);
  await pause(session, CHECKOUT_MS);
  await git(session, directory, ["fetch", "--quiet", "origin"]);
  const news = await git(session, directory, ["log", "--oneline", `HEAD..origin/${branch}`]);
  if (news !== "") session.out.info(`Changes pulled down since last fetch:\n${news}`);
  await git(session, directory, ["reset", "--quiet", "--hard", `origin/${branch}`]);
  session.out.info(`${url} checked out at commit ${await git(session, directory, ["rev-parse", "HEAD"])}`);
}

function printPatches(session: Session, version: string): void {
  const files = SECURITY_PATCHES.map((patch) => `/srv/patches/${version}/${patch}`);
  for (const file of files) printLine(session, `Applying patch ${file}`, { sensitive: true });
  for (const file of files) printLine(session, `[APPLIED] ${file}`, { sensitive: true });
}

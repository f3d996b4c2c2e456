// Phase seven: the steps of sync-world before the first stage.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { git } from "../git.ts";
import { startProgress } from "../progress.ts";
import { pause, reportStatus, timed, type Session } from "../session.ts";
import { stagedRelease, type Staging } from "../staging.ts";
import { startDeployment, type Deployment } from "./deployment.ts";
import { buildImage } from "./image.ts";

const localisationMs = 3_000;
const errorCheckMs = 1_000;
const mastersMs = 1_500;
const buildThreads = 4;
const languageCount = 500;

export async function prepareDeployment(
  session: Session,
  staging: Staging,
  message: string,
): Promise<Deployment> {
  const { out } = session;
  const versions = [...new Set(staging.repositories.flatMap(({ version }) => version ?? []))];

  await timed(session, "cache_git_info", async () => {
    for (const { directory } of staging.repositories) await git(session, directory, ["rev-parse", "HEAD"]);
  });

  reportStatus(session, "Updating l10n files");
  await timed(session, "l10n-update", async () => {
    for (const version of versions) {
      out.info(`Updating ExtensionMessages-${version}.php`);
      out.info(`Updating LocalisationCache for ${version} using ${buildThreads} thread(s)`);
      out.info("Running rebuildLocalisationCache.php");
      await pause(session, localisationMs / versions.length);
      out.stdout(`0 languages rebuilt out of ${languageCount}\n`);
      out.stdout("Use --force to rebuild the caches which are still fresh.\n");
      out.info("Generating JSON versions and md5 files (as www-data)");
    }
  });

  out.info("Checking for new runtime errors locally");
  await pause(session, errorCheckMs);
  if (!existsSync(join(staging.directory, "wikiversions.json"))) {
    out.warning("wikiversions.json is missing in the staging directory");
  } else {
    JSON.parse(readFileSync(join(staging.directory, "wikiversions.json"), "utf8"));
  }

  const release = await stagedRelease(session, staging);
  const image = await buildImage(session, staging, release, changesIn(message));

  reportStatus(session, "Syncing to baremetal masters");
  await timed(session, "sync-masters", async () => {
    const progress = startProgress(session, "sync-masters", { total: 1, ok: 0, failed: 0, inFlight: 1 });
    await pause(session, mastersMs);
    progress.update({ ok: 1, inFlight: 0 });
    progress.finish();
  });
  return startDeployment(session, message, release, image);
}

/** The changes that a message such as `Backport for [[gerrit:1|…]], [[gerrit:2|…]]` names. */
function changesIn(message: string): number[] {
  return [...message.matchAll(/\[\[gerrit:(\d+)\|/g)].map(([, number]) => Number(number));
}

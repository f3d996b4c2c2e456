// Phase seven: the steps of sync-world before the first stage.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { git } from "../git.ts";
import { startProgress } from "../progress.ts";
import { pause, reportStatus, timed, type Session } from "../session.ts";
import { stagedRelease, type Staging } from "../staging.ts";
import { startDeployment, type Deployment } from "./deployment.ts";
import { buildImage } from "./image.ts";

const LOCALISATION_MS = 3_000;
const ERROR_CHECK_MS = 1_000;
const MASTERS_MS = 1_500;
const BUILD_THREADS = 4;
const LANGUAGE_COUNT = 500;

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

  if (session.command === "sync-world") await updateLocalisation(session, versions);

  out.info("Checking for new runtime errors locally");
  await pause(session, ERROR_CHECK_MS);
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
    await pause(session, MASTERS_MS);
    progress.update({ ok: 1, inFlight: 0 });
    progress.finish();
  });
  return startDeployment(session, message, release, image);
}

/** The changes that a message such as `Backport for [[gerrit:1|…]], [[gerrit:2|…]]` names. */
function changesIn(message: string): number[] {
  return [...message.matchAll(/\[\[gerrit:(\d+)\|/g)].map(([, number]) => Number(number));
}

async function updateLocalisation(session: Session, versions: readonly string[]): Promise<void> {
  const { out } = session;
  reportStatus(session, "Updating l10n files");
  await timed(session, "l10n-update", async () => {
    for (const version of versions) {
      out.info(`Updating ExtensionMessages-${version}.php`);
      out.info(`Updating LocalisationCache for ${version} using ${BUILD_THREADS} thread(s)`);
      out.info("Running rebuildLocalisationCache.php");
      await pause(session, LOCALISATION_MS / versions.length);
      out.stdout(`0 languages rebuilt out of ${LANGUAGE_COUNT}\n`);
      out.stdout("Use --force to rebuild the caches which are still fresh.\n");
      out.info("Generating JSON versions and md5 files (as www-data)");
    }
  });
}

// Builds the image: a copy of the staging directory without `.git`. All servers copy the image, so that they get the same
// tree even if the staging directory changes meanwhile.
import { appendFileSync, cpSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { pruneOldest, writeNote, type Release } from "../../releases.ts";
import { pause, reportStatus, timed, type Session } from "../session.ts";
import type { Staging } from "../staging.ts";

const BUILD_MS = 8_000;
const KEPT_IMAGES = 3;

/** @returns the directory of the image */
export async function buildImage(
  session: Session,
  staging: Staging,
  release: Release,
  changes: readonly number[],
): Promise<string> {
  const images = join(session.settings.directory, "images");
  const image = join(images, release.name);
  await timed(session, "build-and-push-container-images", async () => {
    reportStatus(session, "Building container images");
    const log = join(session.settings.directory, "logs", "scap-image-build-and-push-log");
    session.out.info(`K8s images build/push output redirected to ${log}`);
    mkdirSync(join(session.settings.directory, "logs"), { recursive: true });
    mkdirSync(images, { recursive: true });
    await pause(session, BUILD_MS);

    const draft = join(images, `.${release.name}.${process.pid}`);
    cpSync(staging.directory, draft, { recursive: true, filter: (path) => basename(path) !== ".git" });
    writeNote(draft, release, changes);
    rmSync(image, { recursive: true, force: true });
    renameSync(draft, image);
    appendFileSync(log, `${new Date().toISOString()} built ${release.name}\n`);
    pruneOldest(images, KEPT_IMAGES, [release.name]);
  });
  return image;
}

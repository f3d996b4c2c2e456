// Builds what gets deployed: one directory with the whole tree of the staging directory, without git's own
// files. Servers copy it, so they all get the same, whatever happens to the staging directory meanwhile.
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { basename, join } from "node:path";
import { writeNote, type Release } from "../release.ts";
import { pause, reportStatus, timed, type Session } from "../session.ts";
import type { Staging } from "../staging.ts";

const buildMs = 8_000;
const keptImages = 3;

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
    await pause(session, buildMs);

    const draft = join(images, `.${release.name}.${process.pid}`);
    cpSync(staging.directory, draft, { recursive: true, filter: (path) => basename(path) !== ".git" });
    writeNote(draft, release, changes);
    rmSync(image, { recursive: true, force: true });
    renameSync(draft, image);
    appendFileSync(log, `${new Date().toISOString()} built ${release.name}\n`);
    pruneImages(images, release.name);
  });
  return image;
}

function pruneImages(images: string, current: string): void {
  const byAge = readdirSync(images)
    .filter((name) => name !== current)
    .map((name) => ({ path: join(images, name), changedMs: statSync(join(images, name)).mtimeMs }))
    .toSorted((a, b) => b.changedMs - a.changedMs);
  for (const { path } of byAge.slice(keptImages - 1)) {
    if (existsSync(path)) rmSync(path, { recursive: true, force: true });
  }
}

// Which code is live: master of the configuration, and the branches of the versions that wikis run.
import type { Change } from "../gerrit.ts";
import type { Session } from "../session.ts";

export function isLive(session: Session, { project, branch }: Pick<Change, "project" | "branch">): boolean {
  const { mainProject, liveVersions } = session.settings.world;
  if (project === mainProject) return branch === "master";
  return liveVersions.some((version) => branch === `wmf/${version}`);
}

// What one run of sync-world has done so far, stage by stage: enough to say at the end where everything
// stands, and to bring back what was there before.
import { currentRelease, type Release } from "../release.ts";
import { stages, type Server, type Stage } from "../settings.ts";
import type { Session } from "../session.ts";

export type StageState =
  | "not-started"
  | "deployed"
  | "deploy-failed"
  | "checks-failed"
  | "rolled-back"
  | "partially-rolled-back"
  | "nothing-to-roll-back-to"
  | "rollback-failed";

export type Deployment = {
  message: string;
  release: Release;
  /** The built tree that servers copy. */
  image: string;
  states: Map<Stage, StageState>;
  /** The release that each server ran before, by the server's name. */
  previous: ReadonlyMap<string, string | undefined>;
};

export function startDeployment(
  session: Session,
  message: string,
  release: Release,
  image: string,
): Deployment {
  return {
    message,
    release,
    image,
    states: new Map(stages.map((stage) => [stage, "not-started"])),
    previous: new Map(session.settings.world.servers.map((server) => [server.name, currentRelease(server)])),
  };
}

export function serversOf(session: Session, stage: Stage): readonly Server[] {
  return session.settings.world.servers.filter((server) => server.stage === stage);
}

// The state of one run of sync-world: the state of each stage for the summary, and the previous releases for a rollback.
import { currentRelease, type Release } from "../../releases.ts";
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
  /** The directory of the image. */
  image: string;
  states: Map<Stage, StageState>;
  /** The previous release of each server, by server name. */
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
    previous: new Map(
      session.settings.sandbox.servers.map((server) => [server.name, currentRelease(server.directory)]),
    ),
  };
}

export function serversOf(session: Session, stage: Stage): readonly Server[] {
  return session.settings.sandbox.servers.filter((server) => server.stage === stage);
}

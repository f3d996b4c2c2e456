// Phase eight: deploys the release to the servers of one stage. A failure is a question. An interrupt counts as a failure, and
// takes effect when the step is complete, as helm does in the real scap.
import { errorText, Failure, KeyboardInterrupt } from "../errors.ts";
import { startProgress } from "../progress.ts";
import { deployRelease, pruneReleases } from "../../releases.ts";
import { pause, reportStatus, timed, type Session } from "../session.ts";
import type { Stage } from "../settings.ts";
import { stageFailed } from "../wording.ts";
import { serversOf, type Deployment } from "./deployment.ts";
import { takeRequestedFailure } from "./requested-failures.ts";
import { restoreStage } from "./rollback.ts";

const STAGE_MS: Record<Stage, number> = { testservers: 4_000, canaries: 3_000, production: 6_000 };
const REPLICAS_PER_SERVER = 8;

function timerName(stage: Stage): string {
  return `sync-${stage === "production" ? "prod" : stage}-k8s`;
}

/** Deploys, and repeats that on request. */
export async function deployStage(
  session: Session,
  deployment: Deployment,
  stage: Stage,
): Promise<"deployed" | "rollback"> {
  reportStatus(session, `Sync k8s ${stage}`);
  return timed(session, timerName(stage), async () => {
    for (;;) {
      try {
        await session.interrupts.untilReturned(() => deployToServers(session, deployment, stage));
        deployment.states.set(stage, "deployed");
        return "deployed";
      } catch (error) {
        deployment.states.set(stage, "deploy-failed");
        session.out.error(`K8s deployment to stage ${stage} failed: ${errorText(error)}`);
        if (!session.settings.dialect.rollsBack) {
          await restoreFailedStage(session, deployment, stage);
          throw error instanceof KeyboardInterrupt ? error : new Failure("Exception", errorText(error));
        }
      }
      if ((await session.ask.choice(stageFailed(stage))) === "rollback") {
        session.out.info("Rolling back deployment");
        return "rollback";
      }
    }
  });
}

/** The previous dialect rolls the failed stage back automatically, and then exits. */
async function restoreFailedStage(session: Session, deployment: Deployment, stage: Stage): Promise<void> {
  session.out.error("Rolling back to prior state...");
  try {
    if (takeRequestedFailure(session, "rollback")) throw new Error("timed out waiting for the condition");
    await pause(session, (STAGE_MS[stage] ?? 0) / 2);
    restoreStage(session, deployment, stage);
    session.out.info("Rollback completed");
  } catch (error) {
    session.out.error(`Caught another exception while trying to roll back. Giving up: ${errorText(error)}`);
  }
}

async function deployToServers(session: Session, deployment: Deployment, stage: Stage): Promise<void> {
  const servers = serversOf(session, stage);
  const total = servers.length * REPLICAS_PER_SERVER;
  const progress = startProgress(session, "K8s deployment progress", { total, ok: 0, failed: 0 });
  const failing = takeRequestedFailure(session, `${stage}-deploy`);
  const failures: string[] = [];
  let ok = 0;

  for (const [at, server] of servers.entries()) {
    try {
      if (failing && at === servers.length - 1) throw new Error("timed out waiting for the condition");
      deployRelease(server.directory, deployment.image, deployment.release.name);
      pruneReleases(server.directory, [deployment.release.name, deployment.previous.get(server.name)]);
    } catch (error) {
      failures.push(`${server.name}: ${errorText(error)}`);
    }
    for (let replica = 1; replica <= REPLICAS_PER_SERVER; replica++) {
      await pause(session, (STAGE_MS[stage] ?? 0) / total);
      if (failures.length === 0) ok += 1;
      progress.update({ ok, failed: failures.length * REPLICAS_PER_SERVER });
    }
  }
  progress.finish();
  if (failures.length > 0) {
    throw new Error(
      [
        "K8s Deployment had the following errors:",
        ...failures.map((text, at) => `[${at + 1}/${failures.length}] ${text}`),
      ].join("\n"),
    );
  }
}

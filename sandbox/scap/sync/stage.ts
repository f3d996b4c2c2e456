// Phase eight: brings the release to the servers of one stage, and asks what to do when that fails. An interrupt is such
// a failure too, but takes effect only when helm, which does this in the real scap, has returned.
import { errorText, KeyboardInterrupt, QuietExit } from "../errors.ts";
import { startProgress } from "../progress.ts";
import { deployRelease, pruneReleases } from "../release.ts";
import { pause, reportStatus, timed, type Session } from "../session.ts";
import type { Stage } from "../settings.ts";
import { stageFailed } from "../wording.ts";
import { serversOf, type Deployment } from "./deployment.ts";
import { takeFault } from "./faults.ts";
import { restoreStage } from "./rollback.ts";

const stageMs: Record<Stage, number> = { testservers: 4_000, canaries: 3_000, production: 6_000 };
const replicasPerServer = 8;

function timerName(stage: Stage): string {
  return `sync-${stage === "production" ? "prod" : stage}-k8s`;
}

/** Deploys, again if that is asked for. */
export async function deployStage(
  session: Session,
  deployment: Deployment,
  stage: Stage,
): Promise<"deployed" | "rollback"> {
  for (;;) {
    try {
      reportStatus(session, `Sync k8s ${stage}`);
      await timed(session, timerName(stage), () =>
        session.interrupts.untilReturned(() => bringToServers(session, deployment, stage)),
      );
      deployment.states.set(stage, "deployed");
      return "deployed";
    } catch (error) {
      const { rollsBack } = session.settings.dialect;
      if (error instanceof KeyboardInterrupt && !rollsBack) throw error;
      deployment.states.set(stage, "deploy-failed");
      const reason = error instanceof KeyboardInterrupt ? "KeyboardInterrupt" : errorText(error);
      session.out.error(`K8s deployment to stage ${stage} failed: ${reason}`);
      if (!rollsBack) {
        // Before it could roll back everything, scap took back the failed stage by itself and gave up.
        restoreStage(session, deployment, stage);
        throw new QuietExit(1);
      }
    }
    if ((await session.ask.choice(stageFailed(stage))) === "rollback") return "rollback";
  }
}

async function bringToServers(session: Session, deployment: Deployment, stage: Stage): Promise<void> {
  const servers = serversOf(session, stage);
  const total = servers.length * replicasPerServer;
  const progress = startProgress(session, "K8s deployment progress", { total, ok: 0, failed: 0 });
  const failing = takeFault(session, `${stage}-deploy`);
  const complaints: string[] = [];
  let ok = 0;

  for (const [at, server] of servers.entries()) {
    try {
      if (failing && at === servers.length - 1) throw new Error("timed out waiting for the condition");
      deployRelease(server, deployment.image, deployment.release.name);
      pruneReleases(server, [deployment.release.name, deployment.previous.get(server.name)]);
    } catch (error) {
      complaints.push(`${server.name}: ${errorText(error)}`);
    }
    for (let replica = 1; replica <= replicasPerServer; replica++) {
      await pause(session, (stageMs[stage] ?? 0) / total);
      if (complaints.length === 0) ok += 1;
      progress.update({ ok, failed: complaints.length * replicasPerServer });
    }
  }
  progress.finish();
  if (complaints.length > 0) {
    throw new Error(
      [
        "K8s Deployment had the following errors:",
        ...complaints.map((text, at) => `[${at + 1}/${complaints.length}] ${text}`),
      ].join("\n"),
    );
  }
}

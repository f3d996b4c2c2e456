// Rolls a deployment back, which is announced already: activates the previous release on every stage that was touched, in reverse order, and prints a
// summary.
import { errorText } from "../errors.ts";
import { startProgress } from "../progress.ts";
import { activateRelease } from "../../releases.ts";
import { pause, printLine, reportStatus, type Session } from "../session.ts";
import { stages, type Stage } from "../settings.ts";
import { rollbackFailed, undeployedNotice } from "../wording.ts";
import { serversOf, type Deployment, type StageState } from "./deployment.ts";
import { takeRequestedFailure } from "./requested-failures.ts";

const STEP_MS = 300;

export async function rollBack(session: Session, deployment: Deployment): Promise<void> {
  reportStatus(session, "Rolling back deployment");
  let cancelled = false;
  for (const stage of stages.toReversed()) {
    if (deployment.states.get(stage) === "not-started") continue;
    if ((await rollBackStage(session, deployment, stage)) === "rollback-failed") {
      cancelled = true;
      break;
    }
  }
  printSummary(session, deployment, cancelled ? "rollback cancelled" : "rolled back");
  await session.ask.acknowledge({ id: "S8", text: undeployedNotice });
}

async function rollBackStage(session: Session, deployment: Deployment, stage: Stage): Promise<StageState> {
  for (;;) {
    session.out.error(`Rolling back k8s deployment for stage ${stage}`);
    reportStatus(session, `Rolling back k8s ${stage}`);
    try {
      const state = await session.interrupts.untilReturned(() => attempt(session, deployment, stage));
      deployment.states.set(stage, state);
      return state;
    } catch (error) {
      session.out.error(`Rollback deployment for stage ${stage} failed: ${errorText(error)}`);
    }
    if ((await session.ask.choice(rollbackFailed(stage))) === "cancel") {
      deployment.states.set(stage, "rollback-failed");
      return "rollback-failed";
    }
  }
}

async function attempt(session: Session, deployment: Deployment, stage: Stage): Promise<StageState> {
  const servers = serversOf(session, stage);
  const progress = startProgress(session, "K8s deployment progress", {
    total: servers.length,
    ok: 0,
    failed: 0,
  });
  if (takeRequestedFailure(session, "rollback")) throw new Error("timed out waiting for the condition");
  await pause(session, STEP_MS);
  const state = restoreStage(session, deployment, stage);
  for (let ok = 1; ok <= servers.length; ok++) {
    await pause(session, STEP_MS);
    progress.update({ ok });
  }
  progress.finish();
  return state;
}

/** Activates the previous release on all servers of a stage. */
export function restoreStage(session: Session, deployment: Deployment, stage: Stage): StageState {
  const servers = serversOf(session, stage);
  const restorable = servers.flatMap((server) => {
    const name = deployment.previous.get(server.name);
    return name === undefined ? [] : [{ server, name }];
  });
  for (const { server, name } of restorable) activateRelease(server.directory, name);
  if (restorable.length === servers.length) return "rolled-back";
  return restorable.length === 0 ? "nothing-to-roll-back-to" : "partially-rolled-back";
}

function printSummary(session: Session, { states }: Deployment, result: string): void {
  printLine(session, "");
  printLine(session, "Kubernetes deployment summary:");
  for (const [stage, state] of states) printLine(session, `- ${stage}: ${state}`);
  printLine(session, `Result: ${result}`);
  printLine(session, "See the job log for detailed error information.");
}

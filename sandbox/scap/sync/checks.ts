// The checks after each stage: health, deployed release and failing requests of the servers. A failed check is a question.
import { errorText, QuietExit } from "../errors.ts";
import { fetchPage } from "../fetch-page.ts";
import { pause, reportStatus, timed, type Session } from "../session.ts";
import type { Server, Stage } from "../settings.ts";
import { checksFailed } from "../wording.ts";
import { serversOf, type Deployment } from "./deployment.ts";
import { takeRequestedFailure } from "./requested-failures.ts";

export type Verdict = "passed" | "ignored" | "rollback" | "exit";

const CHECK_MS = 500;
const TRAFFIC_SECONDS = 8;
const REQUESTS_PER_SECOND = 1;
const ERRORS_MAX = 3;
const LISTED_ERRORS_MAX = 5;

/** Repeats the checks until they pass or the deployer decides. @param label as in `Canary checks` */
async function check(
  session: Session,
  deployment: Deployment,
  stage: Stage,
  label: string,
  run: () => Promise<boolean>,
): Promise<Verdict> {
  for (;;) {
    const passed = await run();
    if (passed && !takeRequestedFailure(session, label)) return "passed";
    if (passed) session.out.warning(`Check '${label}' failed: a failure was requested`);
    deployment.states.set(stage, "checks-failed");
    const answer = await session.ask.choice(checksFailed(session.settings.dialect, label));
    if (answer === "rollback") {
      session.out.info("Rolling back deployment");
      return "rollback";
    }
    if (answer === "ignore") {
      deployment.states.set(stage, "deployed");
      return "ignored";
    }
    if (answer === "exit") {
      session.out.info("Scap cancelled without rolling back.");
      throw new QuietExit(1);
    }
  }
}

export async function checkTestservers(session: Session, deployment: Deployment): Promise<Verdict> {
  const stage = "testservers";
  const checks = async (): Promise<boolean> => {
    reportStatus(session, "Checking testservers");
    return timed(session, "check-testservers", () =>
      runEach(session, stage, "check_testservers_k8s", (server) => expectHealthy(server)),
    );
  };
  const verdict = await check(session, deployment, stage, "Testserver checks", checks);
  if (verdict === "rollback") return verdict;
  return checkCommands(session, deployment, stage, "Testserver check commands");
}

export async function checkTraffic(
  session: Session,
  deployment: Deployment,
  stage: "canaries" | "production",
): Promise<Verdict> {
  const subject = stage === "canaries" ? "Canary" : "Production";
  const verdict = await check(session, deployment, stage, `${subject} checks`, () =>
    watchTraffic(session, stage),
  );
  if (verdict === "rollback") return verdict;
  return checkCommands(session, deployment, stage, `${subject} check commands`);
}

/** Checks that the servers serve the deployed release. */
async function checkCommands(
  session: Session,
  deployment: Deployment,
  stage: Stage,
  label: string,
): Promise<Verdict> {
  const [wanted = ""] = deployment.release.commits.values();
  return check(session, deployment, stage, label, async () => {
    reportStatus(session, `Running ${label.toLowerCase()}`);
    return runEach(session, stage, `check_${stage}_release`, async (server) => {
      const { content } = await fetchPage(server, "/version");
      return content.includes(wanted)
        ? undefined
        : `${server.name} does not serve ${wanted}: ${content.trim()}`;
    });
  });
}

async function runEach(
  session: Session,
  stage: Stage,
  name: string,
  run: (server: Server) => Promise<string | undefined>,
): Promise<boolean> {
  const servers = serversOf(session, stage);
  let passed = true;
  for (const [at, server] of servers.entries()) {
    const title = `${name}-${at + 1}_of_${servers.length}`;
    session.out.info(`Executing check '${title}'`);
    await pause(session, CHECK_MS);
    const failure = await session.interrupts.during(run(server).catch(errorText));
    if (failure === undefined) continue;
    session.out.warning(`Check '${title}' failed: ${failure}`);
    passed = false;
  }
  return passed;
}

async function expectHealthy(server: Server): Promise<string | undefined> {
  const { status, content } = await fetchPage(server, "/healthz");
  return status === 200 ? undefined : `${server.name} answered ${status}: ${content.trim()}`;
}

/** Sends requests for some seconds and counts failures. */
async function watchTraffic(session: Session, stage: "canaries" | "production"): Promise<boolean> {
  const waiting = `Waiting ${TRAFFIC_SECONDS} seconds for ${stage === "canaries" ? "canary" : "production"} traffic...`;
  session.out.info(waiting);
  reportStatus(session, waiting);
  const servers = serversOf(session, stage);
  const errors: string[] = [];
  for (let sent = 0; sent < TRAFFIC_SECONDS * REQUESTS_PER_SECOND; sent++) {
    await pause(session, 1_000 / REQUESTS_PER_SECOND);
    const server = servers[sent % servers.length];
    if (server === undefined) break;
    const failure = await session.interrupts.during(expectHealthy(server).catch(errorText));
    if (failure !== undefined) errors.push(failure);
  }
  const counted = `Logstash checker counted ${errors.length} error(s) in the last ${TRAFFIC_SECONDS} seconds.`;
  if (errors.length <= ERRORS_MAX) {
    session.out.info(`${counted} OK.`);
    return true;
  }
  const top = [...new Set(errors)].slice(0, LISTED_ERRORS_MAX);
  const listed = top.map((error) => `${errors.filter((other) => other === error).length}  ${error}`);
  session.out.error(
    `${counted}  The threshold is ${ERRORS_MAX}.\nTop ${LISTED_ERRORS_MAX} errors:\n${listed.join("\n")}`,
  );
  return false;
}

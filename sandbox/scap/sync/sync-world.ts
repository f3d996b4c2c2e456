// `scap sync-world`: deploys the staging directory to all servers, stage by stage, with checks and a pause in between, and rolls
// back on request. `scap sync-wikiversions` does the same without localisation, for new versions of wikis.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Failure, PlainExit } from "../errors.ts";
import { acquireLock, activeHolder } from "../lock.ts";
import { announced, reportStatus, type Session } from "../session.ts";
import { openStaging } from "../staging.ts";
import { testserversSynced } from "../wording.ts";
import { checkTestservers, checkTraffic } from "./checks.ts";
import type { Deployment } from "./deployment.ts";
import { finishDeployment } from "./finish.ts";
import { printPig } from "./pig.ts";
import { prepareDeployment } from "./preparation.ts";
import { updateReleaseRepository } from "./release-repository.ts";
import { rollBack } from "./rollback.ts";
import { deployStage } from "./stage.ts";

type Options = { pause: boolean; notify: string[]; message: string };
type Outcome = "finished" | "rollback" | "cancelled";

export function syncWorld(session: Session, args: readonly string[]): Promise<number> {
  return lockAndSync(session, parseOptions(args));
}

export async function syncWikiversions(session: Session, args: readonly string[]): Promise<number> {
  const options = parseOptions(args);
  const staging = join(session.settings.directory, "staging");
  const missing = session.settings.sandbox.liveVersions.find(
    (version) => !existsSync(join(staging, `php-${version}`)),
  );
  if (missing !== undefined) {
    throw new Failure(
      "OSError",
      `ExtensionMessages not found in ${staging}/wmf-config/ExtensionMessages-${missing}.php`,
    );
  }
  return lockAndSync(session, options);
}

async function lockAndSync(session: Session, options: Options): Promise<number> {
  // As a child of `scap backport` it runs under the lock of its parent.
  if (activeHolder(session.settings.directory)?.pid === process.ppid) return sync(session, options);
  const release = await acquireLock(session, options.message);
  try {
    return await sync(session, options);
  } finally {
    release();
  }
}

async function sync(session: Session, options: Options): Promise<number> {
  printPig(session);
  await updateReleaseRepository(session);
  session.announced = options.message;
  return announced(session, `scap ${session.command}: ${options.message}`, () =>
    syncStages(session, options),
  );
}

async function syncStages(session: Session, options: Options): Promise<number> {
  const staging = await openStaging(session);
  const deployment = await prepareDeployment(session, staging, options.message);
  switch (await deployEverywhere(session, deployment, options)) {
    case "finished":
      reportStatus(session, null);
      return 0;
    case "cancelled":
      session.out.info("Sync cancelled.");
      return 0;
    case "rollback":
      await rollBack(session, deployment);
      return 1;
  }
}

async function deployEverywhere(
  session: Session,
  deployment: Deployment,
  options: Options,
): Promise<Outcome> {
  const { user, dialect } = session.settings;
  const people = [user, ...options.notify.filter((name) => name !== user)].join(", ");
  if ((await deployStage(session, deployment, "testservers")) === "rollback") return "rollback";
  if (options.pause) {
    session.out.info(
      `${people}: ${deployment.message} synced to the testservers (see https://wikitech.wikimedia.org/wiki/Mwdebug). Changes can now be verified there.`,
    );
  }
  if ((await checkTestservers(session, deployment)) === "rollback") return "rollback";
  if (options.pause) {
    const continues = await askToContinue(session);
    if (!continues && !dialect.rollsBack) return "cancelled";
    const status = continues ? "Continuing with deployment" : "Rolling back deployment";
    session.out.info(`${people}: ${status}`);
    reportStatus(session, status);
    if (!continues) return "rollback";
  }
  for (const stage of ["canaries", "production"] as const) {
    if ((await deployStage(session, deployment, stage)) === "rollback") return "rollback";
    if ((await checkTraffic(session, deployment, stage)) === "rollback") return "rollback";
  }
  await finishDeployment(session);
  return "finished";
}

async function askToContinue(session: Session): Promise<boolean> {
  reportStatus(session, "Waiting user to confirm testservers deployment");
  const question = testserversSynced(session.settings.dialect);
  return "choice" in question ? session.ask.choice(question.choice) : session.ask.yesNo(question.yesNo);
}

function parseOptions(args: readonly string[]): Options {
  const options: Options = { pause: false, notify: [], message: "" };
  const message: string[] = [];
  for (const argument of args) {
    if (argument === "--pause-after-testserver-sync") {
      options.pause = true;
    } else if (argument.startsWith("--notify-user=")) {
      options.notify.push(argument.slice("--notify-user=".length));
    } else if (argument.startsWith("--")) {
      throw new PlainExit(`scap sync: unknown option ${argument}`, 2);
    } else {
      message.push(argument);
    }
  }
  return { ...options, message: message.join(" ") };
}

// `scap backport`: approves the changes, waits for their merge and deploys them. Two children, `scap prep auto` and
// `scap sync-world`, do the deployment and ask their own questions.
import { openGerrit, type Change, type Gerrit } from "../gerrit.ts";
import { acquireLock } from "../lock.ts";
import { reportStatus, type Session } from "../session.ts";
import { openStaging } from "../staging.ts";
import { runScapChild } from "../subprocess.ts";
import { confirmChanges, passphraseQuestion, type Operation } from "../wording.ts";
import { approveChanges, awaitMerges } from "./approve.ts";
import { areBetaOnly } from "./beta-only.ts";
import { describeDeployment, drawChanges } from "./change-text.ts";
import { collectCommits } from "./collect.ts";
import { confirmOrCancel } from "./confirm.ts";
import { parseOptions } from "./options.ts";
import { createReverts } from "./revert.ts";
import { findChanges, validateChanges } from "./validate.ts";

export async function backport(session: Session, args: readonly string[]): Promise<number> {
  const { operation, numbers } = parseOptions(args);
  const gerrit = openGerrit(session);
  if (numbers.length === 0) {
    session.out.warning("No change number or url supplied!");
    return 1;
  }
  const requested = await findChanges(session, gerrit, numbers);
  const release = await acquireLock(session, describeDeployment(requested));
  try {
    await validateChanges(session, gerrit, requested, operation);
    await deployChanges(session, gerrit, requested, operation);
    return 0;
  } finally {
    release();
  }
}

async function deployChanges(
  session: Session,
  gerrit: Gerrit,
  requested: readonly Change[],
  operation: Operation,
): Promise<void> {
  await confirmOrCancel(session, confirmChanges(operation, drawChanges(requested)), operation);
  if (session.settings.asksPassphrase) await session.ask.secret({ id: "L1", text: passphraseQuestion });
  const changes = operation === "revert" ? await createReverts(session, gerrit, requested) : requested;
  await approveChanges(session, gerrit, changes);
  const merged = await awaitMerges(session, gerrit, changes, operation);
  const staging = await openStaging(session);
  if (!(await collectCommits(session, staging, merged, operation))) {
    session.out.info("Skipping sync since there are no deployable commits.");
    return;
  }
  await runScapChild(session, ["prep", "auto"]);
  if (await areBetaOnly(session, gerrit, merged)) {
    session.out.info("Skipping sync since all commits were beta/labs-only changes. Operation completed.");
    return;
  }
  reportStatus(session, "Starting scap sync-world");
  const owners = [...new Set(changes.map((change) => change.owner))].filter((owner) => owner !== "");
  await runScapChild(session, [
    "sync-world",
    "--pause-after-testserver-sync",
    ...owners.map((owner) => `--notify-user=${owner}`),
    describeDeployment(changes),
  ]);
}

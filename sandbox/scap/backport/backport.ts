// `scap backport`: from numbers that somebody typed to a deployment of what they mean. The deployment itself
// is left to two children, `scap prep auto` and `scap sync-world`, which ask for themselves.
import { PlainExit } from "../errors.ts";
import { openGerrit, type Change, type Gerrit } from "../gerrit.ts";
import { acquireLock } from "../lock.ts";
import { reportStatus, type Session } from "../session.ts";
import { openStaging } from "../staging.ts";
import { runScapChild } from "../subprocess.ts";
import { confirmChanges, listedChangesQuestion, passphraseQuestion } from "../wording.ts";
import { approveChanges, awaitMerges } from "./approve.ts";
import { areBetaOnly } from "./beta-only.ts";
import { describeDeployment } from "./change-text.ts";
import { drawChanges } from "./changes-table.ts";
import { collectCommits } from "./collect.ts";
import { confirmOrCancel } from "./confirm.ts";
import { parseOptions, type Options } from "./options.ts";
import { createReverts } from "./revert.ts";
import { findChanges, validateChanges } from "./validate.ts";

export async function backport(session: Session, args: readonly string[]): Promise<number> {
  const options = parseOptions(args);
  const gerrit = openGerrit(session);
  const references = options.list ? await chooseFromList(session, gerrit) : options.references;
  if (references.length === 0) {
    session.out.warning("No change number or url supplied!");
    return 1;
  }
  const numbers = [...new Set(references.map(changeNumber))];

  const requested = await findChanges(session, gerrit, numbers);
  const release = await acquireLock(session, describeDeployment(requested));
  try {
    await validateChanges(session, gerrit, requested, options);
    return await deployChanges(session, gerrit, requested, options);
  } finally {
    release();
  }
}

async function deployChanges(
  session: Session,
  gerrit: Gerrit,
  requested: readonly Change[],
  options: Options,
): Promise<number> {
  const { operation, yes } = options;
  const confirmation = confirmChanges(operation, drawChanges(requested));
  if (yes) session.out.info(confirmation.text.slice(0, confirmation.text.lastIndexOf("\n")));
  else await confirmOrCancel(session, confirmation, operation);

  if (session.settings.asksPassphrase) await session.ask.secret({ id: "L1", text: passphraseQuestion });
  const changes = operation === "revert" ? await createReverts(session, gerrit, requested) : requested;
  await approveChanges(session, gerrit, changes);
  const merged = await awaitMerges(session, gerrit, changes, operation);
  const staging = await openStaging(session);
  const deployable = await collectCommits(session, staging, merged, options);
  if (!deployable) {
    session.out.info("Skipping sync since there are no deployable commits.");
    return 0;
  }
  await runScapChild(session, ["prep", "auto"]);
  if (await areBetaOnly(session, gerrit, merged)) {
    session.out.info("Skipping sync since all commits were beta/labs-only changes. Operation completed.");
    return 0;
  }
  if (options.stopBeforeSync) {
    session.out.info("Skipping sync since --stop-before-sync was specified");
    return 0;
  }
  reportStatus(session, "Starting scap sync-world");
  const owners = [...new Set(changes.map((change) => change.owner))].filter((owner) => owner !== "");
  await runScapChild(session, [
    "sync-world",
    "--pause-after-testserver-sync",
    ...owners.map((owner) => `--notify-user=${owner}`),
    describeDeployment(changes),
  ]);
  return 0;
}

async function chooseFromList(session: Session, gerrit: Gerrit): Promise<string[]> {
  const open = await gerrit.listChanges("status:open");
  session.out.stdout(`${drawChanges(open)}\n`);
  const answer = await session.ask.line({ id: "B1", text: listedChangesQuestion });
  return answer.split(/\s+/).filter((word) => word !== "");
}

function changeNumber(reference: string): number {
  const match = /^(\d+)$/.exec(reference) ?? /^https?:\/\/.*?\/(\d+)(?:\/\d+)?\/?$/.exec(reference);
  if (match?.[1] === undefined) throw new PlainExit(`'${reference}' is not a valid change number or URL`);
  return Number(match[1]);
}

// Phases three and four: approves the changes and polls Gerrit until all are merged. A veto, a failed test or a new patch set
// is noticed at the next poll. The vote is never removed, so a change may still be merged after the command has ended.
import { PlainExit } from "../errors.ts";
import type { Change, Gerrit } from "../gerrit.ts";
import { startProgress } from "../progress.ts";
import { actor, pause, reportStatus, type Session } from "../session.ts";
import { patchSetMoved, type Operation } from "../wording.ts";
import { confirmOrCancel } from "./confirm.ts";

const POLL_INTERVAL_MS = 5_000;
const MERGE_ATTEMPTS_MAX = 2;
const TESTS_ACCOUNT = "jenkins-bot";

export async function approveChanges(
  session: Session,
  gerrit: Gerrit,
  changes: readonly Change[],
): Promise<void> {
  session.out.info(`Voting on ${changes.length} change(s)`);
  for (const change of changes) {
    if (change.status === "MERGED") {
      session.out.info(`Change ${change.number} was already merged`);
      continue;
    }
    await gerrit.approve(change, approvalText(session));
    session.out.info(`Change ${change.number} approved`);
  }
}

/** @returns the changes as they were merged */
export async function awaitMerges(
  session: Session,
  gerrit: Gerrit,
  changes: readonly Change[],
  operation: Operation,
): Promise<Change[]> {
  const waiting =
    "Waiting for changes to be merged. This may take some time if there are long running tests.";
  session.out.info(waiting);
  reportStatus(session, waiting);

  const latest = new Map(changes.map((change) => [change.number, change]));
  const attempts = new Map<number, number>();
  const merged = (): number => [...latest.values()].filter(({ status }) => status === "MERGED").length;
  const progress = startProgress(session, "awaiting-backport-merges", {
    total: changes.length,
    ok: merged(),
    failed: 0,
  });

  try {
    while (merged() < changes.length) {
      for (const known of [...latest.values()].filter(({ status }) => status !== "MERGED")) {
        const now = (await gerrit.findChange(known.number)) ?? known;
        latest.set(known.number, now);
        if (now.status === "MERGED") continue;
        if (now.currentPatchSet !== known.currentPatchSet) {
          const question = patchSetMoved(now.number, known.currentPatchSet, now.currentPatchSet, operation);
          await confirmOrCancel(session, question, operation);
          await approveChanges(session, gerrit, [now]);
          continue;
        }
        await refuseBlocked(session, gerrit, now, attempts);
      }
      progress.update({ ok: merged() });
      if (merged() < changes.length) await pause(session, POLL_INTERVAL_MS);
    }
  } finally {
    // After a refusal or an interrupt too, so that the next output does not overwrite the progress line.
    progress.finish();
  }
  session.out.info("All changes have been merged");
  reportStatus(session, "All changes have been merged");
  return changes.flatMap(({ number }) => latest.get(number) ?? []);
}

/** Ends the command when the change can no longer be merged. */
async function refuseBlocked(
  session: Session,
  gerrit: Gerrit,
  change: Change,
  attempts: Map<number, number>,
): Promise<void> {
  const { number, status, votes } = change;
  if (status === "ABANDONED") throw new PlainExit(`Change '${number}' has been abandoned!`);
  const veto = votes.find(({ label, value }) => label === "Code-Review" && value === -2);
  if (veto !== undefined) {
    throw new PlainExit(`Change '${number}' got Code-Review -2 from ${veto.by} and will not be merged`);
  }
  if (!(await gerrit.isMergeable(change))) {
    const attempt = (attempts.get(number) ?? 0) + 1;
    attempts.set(number, attempt);
    if (attempt >= MERGE_ATTEMPTS_MAX) {
      throw new PlainExit(
        `Change '${number}' could not be merged: it conflicts with its branch and needs a manual rebase`,
      );
    }
    session.out.warning(
      `Change ${number} is not currently mergeable, but may be being rebased. Attempt ${attempt} of ${MERGE_ATTEMPTS_MAX}`,
    );
    return;
  }
  const failed = votes.find(
    ({ label, value, by }) => label === "Verified" && value < 0 && by === TESTS_ACCOUNT,
  );
  if (failed !== undefined) {
    throw new PlainExit(
      `Change '${number}' was approved, but ${TESTS_ACCOUNT} voted Verified ${failed.value}: its tests failed`,
    );
  }
}

/** The vote comes from scap's account; its message names the deployer. */
function approvalText(session: Session): string {
  return `Approved by ${actor(session)} using scap backport`;
}

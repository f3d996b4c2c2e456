// `--revert`: creates changes that revert the given ones, and deploys those.
import type { Change, Gerrit } from "../gerrit.ts";
import { actor, type Session } from "../session.ts";
import { revertReasonQuestion } from "../wording.ts";

export async function createReverts(
  session: Session,
  gerrit: Gerrit,
  merged: readonly Change[],
): Promise<Change[]> {
  const defaultReason = `Reverted by ${actor(session)} via scap backport`;
  const answer = await session.ask.line({ id: "B9", text: revertReasonQuestion(defaultReason) });
  const reason = answer.trim() === "" ? defaultReason : answer.trim();

  const reverts: Change[] = [];
  // The latest first: a later change may depend on an earlier one.
  for (const change of merged.toReversed()) {
    const message = `Revert "${change.subject}"\n\nThis reverts commit ${change.currentCommit}.\n\nReason for revert: ${reason}`;
    const revert = await gerrit.revert(change, message);
    session.out.info(`Change ${revert.number} created to revert change ${change.number}`);
    reverts.push(revert);
  }
  return reverts;
}

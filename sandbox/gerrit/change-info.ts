// Converts a stored change to the JSON that Gerrit documents. Fields that a client has to request with `o=` are absent
// without it, as at the real server, so that a client that forgets an option fails here too.
import { currentPatchSet, type Account, type Change, type LabelName, type PatchSet } from "./records.ts";
import type { Reviews } from "./reviews.ts";
import { labelRanges } from "./votes.ts";

/** Gerrit's timestamps are in UTC, with nine decimals and without a zone. */
function gerritTime(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 23)}000000`;
}

export function changeInfo(
  reviews: Reviews,
  change: Change,
  options: ReadonlySet<string>,
): Record<string, unknown> {
  const account = (id: number) => accountInfo(reviews.account(id), options.has("DETAILED_ACCOUNTS"));
  const patchSet = currentPatchSet(change);
  return {
    id: `${encodeURIComponent(change.project)}~${change.number}`,
    project: change.project,
    branch: change.branch,
    change_id: change.changeId,
    subject: patchSet.subject,
    status: change.status,
    created: gerritTime(change.created),
    updated: gerritTime(change.updated),
    ...(change.workInProgress && { work_in_progress: true }),
    ...(change.revertOf !== null && { revert_of: change.revertOf }),
    _number: change.number,
    owner: account(change.owner),
    ...(options.has("DETAILED_LABELS") && { labels: labelsInfo(reviews, change) }),
    ...(options.has("MESSAGES") && {
      messages: change.messages.map((message) => ({
        author: account(message.account),
        date: gerritTime(message.date),
        message: message.text,
        _revision_number: message.patchSet,
      })),
    }),
    ...(options.has("CURRENT_REVISION") && {
      current_revision: patchSet.commit,
      revisions: {
        [patchSet.commit]: {
          _number: patchSet.number,
          ...(options.has("CURRENT_COMMIT") && { commit: commitInfo(patchSet) }),
        },
      },
    }),
  };
}

function accountInfo(account: Account, isDetailed: boolean): Partial<Account> {
  return isDetailed ? account : { _account_id: account._account_id };
}

function commitInfo({ parents, subject, message }: PatchSet) {
  return { parents: parents.map((commit) => ({ commit })), subject, message };
}

function labelsInfo(reviews: Reviews, change: Change): Record<string, object> {
  return Object.fromEntries(
    (Object.keys(labelRanges) as LabelName[]).map((label) => {
      const votes = change.votes.filter((vote) => vote.label === label);
      const all = votes.map(({ account, value }) => ({ ...reviews.account(account), value }));
      return [label, { all }];
    }),
  );
}

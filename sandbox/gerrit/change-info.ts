// Converts a stored change to the JSON that Gerrit documents. Fields that a client has to request with `o=` are absent
// without it, as at the real server, so that a client that forgets an option fails here too.
import { currentPatchSet, type Account, type Change, type LabelName, type PatchSet } from "./records.ts";
import type { Reviews } from "./reviews.ts";
import { labelRanges } from "./votes.ts";

/** Gerrit's timestamps are in UTC, with nine decimals and without a zone. */
function gerritTime(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 23)}000000`;
}

export async function changeInfo(
  reviews: Reviews,
  change: Change,
  options: ReadonlySet<string>,
): Promise<Record<string, unknown>> {
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
    ...(change.status === "MERGED" && { submitted: gerritTime(change.updated) }),
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
          created: gerritTime(patchSet.created),
          ...(options.has("CURRENT_COMMIT") && { commit: commitInfo(patchSet) }),
          ...(options.has("CURRENT_FILES") && { files: await filesInfo(reviews, change) }),
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

/** A modified file has no status, and a count of 0 is left out. Without the file of the commit message. */
export async function filesInfo(reviews: Reviews, change: Change): Promise<Record<string, object>> {
  const files = await reviews.repository(change.project).changedFiles(currentPatchSet(change).commit);
  return Object.fromEntries(
    files.map(({ path, letter, inserted, deleted }) => [
      path,
      {
        ...(letter !== "M" && { status: letter }),
        ...(inserted > 0 && { lines_inserted: inserted }),
        ...(deleted > 0 && { lines_deleted: deleted }),
      },
    ]),
  );
}

/** As Gerrit writes the values of a label: " 0" has a space in place of the sign. */
function voteText(value: number): string {
  return value > 0 ? `+${value}` : value === 0 ? " 0" : String(value);
}

function labelsInfo(reviews: Reviews, change: Change): Record<string, object> {
  return Object.fromEntries(
    (Object.keys(labelRanges) as LabelName[]).map((label) => {
      const votes = change.votes.filter((vote) => vote.label === label);
      const all = votes.map(({ account, value }) => ({ ...reviews.account(account), value }));
      const [lowest, highest] = labelRanges[label];
      const range = Array.from({ length: highest - lowest + 1 }, (_, index) => lowest + index);
      const values = Object.fromEntries(range.map((value) => [voteText(value), ""]));
      return [label, { all, values, default_value: 0 }];
    }),
  );
}

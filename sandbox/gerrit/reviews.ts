// What people do with changes in the review server: vote, revert, upload a patch set.
import {
  currentPatchSet,
  newChange,
  patchSetRef,
  personOf,
  type Account,
  type Change,
  type ReviewState,
} from "./records.ts";
import { createGate, type Gate } from "./gate.ts";
import { Refused } from "./refused.ts";
import { readCommits, type Repository } from "./repository.ts";
import { createReviewStore, type ReviewStore } from "./review-store.ts";
import { people } from "./seed/people.ts";
import { addMessage, isApproved, isLabel, labelRanges, newChangeId, setVote, type Votes } from "./votes.ts";

const MESSAGE_LENGTH_MAX = 16_384;

type Options = {
  file: string;
  speed: number;
  state: ReviewState;
  repositories: ReadonlyMap<string, Repository>;
};

type Vote = { patchSet: number; voter: Account; labels: Votes; text: string };

export type Reviews = ReturnType<typeof createReviews>;

export function createReviews({ speed, ...options }: Options) {
  const store = createReviewStore(options);
  const gate = createGate(store, speed);
  const { changes, find, account, accountNamed, repository } = store;
  return {
    changes,
    find,
    account,
    accountNamed,
    repository,

    async isMergeable(change: Change): Promise<boolean> {
      const { commit } = currentPatchSet(change);
      return (await repository(change.project).tryMerge(change.branch, commit)).tree !== undefined;
    },

    vote: (number: number, given: Vote) => store.write(() => vote(gate, store.require(number), given)),

    /** Creates a change that reverts a merged one. */
    revert: (number: number, by: Account, text: string) =>
      store.write(() => revert(store, store.require(number), by, text)),

    /** Creates the change of a commit that was pushed to `refs/for/<branch>`. */
    upload: (project: string, branch: string, by: Account) =>
      store.write(() => upload(store, { project, branch, by })),

    /** Adds a patch set, as if the owner had amended the commit. It removes all votes. */
    addPatchSet: (number: number) => store.write(() => addPatchSet(store, gate, store.require(number))),

    /** Replaces the whole state, while no other write is running. */
    replace: (make: () => Promise<ReviewState>) =>
      store.write(async () => {
        for (const change of changes()) gate.stop(change);
        store.replace(await make());
      }),

    async close(): Promise<void> {
      gate.close();
      await store.close();
    },
  };
}

async function vote(gate: Gate, change: Change, { patchSet, voter, labels, text }: Vote): Promise<void> {
  const entries = Object.entries(labels);
  if (patchSet !== currentPatchSet(change).number) {
    throw new Refused(409, `patch set ${patchSet} is not the current one`);
  }
  if (entries.length > 0 && change.status !== "NEW") throw new Refused(409, "change is closed");
  const now = new Date();
  for (const [label, value] of entries) if (isLabel(label)) setVote(change, label, voter, value);
  const summary = entries.map(([label, value]) => ` ${label}${value > 0 ? "+" : ""}${value}`).join("");
  const body = text.trim().slice(0, MESSAGE_LENGTH_MAX);
  addMessage(change, voter, `Patch Set ${patchSet}:${summary}${body && `\n\n${body}`}`, now);
  if (labels["Code-Review"] === labelRanges["Code-Review"][1]) await gate.start(change, now);
  if (!isApproved(change)) gate.stop(change);
}

async function revert(store: ReviewStore, reverted: Change, by: Account, text: string): Promise<Change> {
  if (reverted.status !== "MERGED") throw new Refused(409, `change is ${reverted.status.toLowerCase()}`);
  const { commit, subject } = currentPatchSet(reverted);
  const now = new Date();
  const number = Math.max(...store.changes().map((change) => change.number)) + 1;
  const changeId = newChangeId();
  const title = text.trim() || `Revert "${subject}"\n\nThis reverts commit ${commit}.`;
  const message = `${title}\n\nChange-Id: ${changeId}\n`;
  const repository = store.repository(reverted.project);
  const hash = await repository.writeRevert(commit, message, personOf(by), now, patchSetRef(number, 1));
  const change = newChange({
    number,
    project: reverted.project,
    branch: reverted.branch,
    changeId,
    owner: by._account_id,
    patchSets: [await readPatchSet(repository, 1, hash)],
    effect: `Reverts ${reverted.number}.`,
  });
  change.revertOf = reverted.number;
  store.addChange(change);
  setVote(change, "Verified", people.jenkins, 2);
  addMessage(change, by, "Uploaded patch set 1.", now);
  return change;
}

async function upload(
  store: ReviewStore,
  { project, branch, by }: { project: string; branch: string; by: Account },
): Promise<Change> {
  const repository = store.repository(project);
  const number = Math.max(...store.changes().map((change) => change.number)) + 1;
  const commit = await repository.takePushed(branch, patchSetRef(number, 1));
  const patchSet = await readPatchSet(repository, 1, commit);
  const changeId = /^Change-Id: (I[0-9a-f]{40})$/m.exec(patchSet.message)?.[1];
  if (changeId === undefined) throw new Refused(400, "missing Change-Id in message footer");
  const change = newChange({
    number,
    project,
    branch,
    changeId,
    owner: by._account_id,
    patchSets: [patchSet],
    effect: null,
  });
  store.addChange(change);
  setVote(change, "Verified", people.jenkins, 2);
  addMessage(change, by, "Uploaded patch set 1.", new Date());
  return change;
}

async function addPatchSet(store: ReviewStore, gate: Gate, change: Change): Promise<Change> {
  if (change.status !== "NEW") throw new Refused(409, `change is ${change.status.toLowerCase()}`);
  const previous = currentPatchSet(change);
  const number = previous.number + 1;
  const now = new Date();
  const owner = store.account(change.owner);
  const repository = store.repository(change.project);
  const ref = patchSetRef(change.number, number);
  const hash = await repository.writeAmended(previous, personOf(owner), now, ref);
  gate.stop(change);
  change.patchSets.push(await readPatchSet(repository, number, hash));
  change.votes = [];
  setVote(change, "Verified", people.jenkins, 2);
  addMessage(change, owner, `Uploaded patch set ${number}.`, now);
  return change;
}

async function readPatchSet({ directory }: Repository, number: number, commit: string) {
  const [facts] = await readCommits(directory, [commit]);
  if (facts === undefined) throw new Error(`commit ${commit} is not in ${directory}`);
  return { number, commit, ...facts };
}

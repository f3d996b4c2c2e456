// Owns the review state. Writes are serialised, and stored on disk before they are acknowledged. The tests that gate a merge
// are a timer; when it expires, the change is merged with git. Timers that a restart interrupted are resumed.
import { replaceFile } from "../files.ts";
import type { Person } from "./git.ts";
import {
  currentPatchSet,
  newChange,
  patchSetRef,
  type Account,
  type Change,
  type ReviewState,
} from "./records.ts";
import { Refused } from "./refused.ts";
import { Repository } from "./repository.ts";
import { people } from "./seed/people.ts";
import {
  addMessage,
  dependsOn,
  isApproved,
  isLabel,
  labelRanges,
  newChangeId,
  setVote,
  type Votes,
} from "./votes.ts";

/** How long the tests take at speed 1. */
const gateMs = 12_000;
/** At speed 1: how often a change whose dependency is still being tested tries again. */
const gateRetryMs = 1_200;
const messageLengthMax = 16_384;

export class Reviews {
  readonly #file: string;
  readonly #speed: number;
  readonly #repositories: ReadonlyMap<string, Repository>;
  readonly #gates = new Map<number, NodeJS.Timeout>();
  #state: ReviewState;
  #queue: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(options: {
    file: string;
    speed: number;
    state: ReviewState;
    repositories: ReadonlyMap<string, Repository>;
  }) {
    this.#file = options.file;
    this.#speed = options.speed;
    this.#state = options.state;
    this.#repositories = options.repositories;
    for (const change of this.changes) this.#scheduleGate(change);
  }

  get changes(): readonly Change[] {
    return this.#state.changes;
  }

  account(id: number): Account {
    const account = this.#state.accounts.find((candidate) => candidate._account_id === id);
    return account ?? { _account_id: id, name: `Account ${id}`, email: "", username: `account${id}` };
  }

  /** The account with this user name. It is created at its first request. */
  accountNamed(username: string): Account {
    const known = this.#state.accounts.find((account) => account.username === username);
    if (known !== undefined) return known;
    const id = Math.max(...this.#state.accounts.map((account) => account._account_id)) + 1;
    const account = { _account_id: id, name: username, email: `${username}@orchard.example`, username };
    this.#state.accounts.push(account);
    return account;
  }

  find(number: number): Change | undefined {
    return this.#state.changes.find((change) => change.number === number);
  }

  repository(project: string): Repository {
    const repository = this.#repositories.get(project);
    if (repository === undefined) throw new Refused(404, `Not found: ${project}`);
    return repository;
  }

  async isMergeable(change: Change): Promise<boolean> {
    const { commit } = currentPatchSet(change);
    return (await this.repository(change.project).tryMerge(change.branch, commit)).tree !== null;
  }

  async vote(
    number: number,
    { patchSet, voter, labels, text }: { patchSet: number; voter: Account; labels: Votes; text: string },
  ): Promise<void> {
    return this.#write(async () => {
      const change = this.#require(number);
      const entries = Object.entries(labels);
      if (patchSet !== currentPatchSet(change).number) {
        throw new Refused(409, `patch set ${patchSet} is not the current one`);
      }
      if (entries.length > 0 && change.status !== "NEW") throw new Refused(409, "change is closed");
      const now = new Date();
      for (const [label, value] of entries) if (isLabel(label)) setVote(change, label, voter, value);
      const summary = entries.map(([label, value]) => ` ${label}${value > 0 ? "+" : ""}${value}`).join("");
      const body = text.trim().slice(0, messageLengthMax);
      addMessage(change, voter, `Patch Set ${patchSet}:${summary}${body && `\n\n${body}`}`, now);
      if (labels["Code-Review"] === labelRanges["Code-Review"][1]) await this.#startGate(change, now);
      if (!isApproved(change)) this.#stopGate(change);
    });
  }

  /** Creates a change that reverts a merged one. */
  async revert(number: number, by: Account, text: string): Promise<Change> {
    return this.#write(async () => {
      const reverted = this.#require(number);
      if (reverted.status !== "MERGED") throw new Refused(409, `change is ${reverted.status.toLowerCase()}`);
      const { commit, subject } = currentPatchSet(reverted);
      const now = new Date();
      const next = Math.max(...this.#state.changes.map((change) => change.number)) + 1;
      const changeId = newChangeId();
      const title = text.trim() || `Revert "${subject}"\n\nThis reverts commit ${commit}.`;
      const message = `${title}\n\nChange-Id: ${changeId}\n`;
      const repository = this.repository(reverted.project);
      const hash = await repository.writeRevert(commit, message, personOf(by), now, patchSetRef(next, 1));
      const change = newChange({
        number: next,
        project: reverted.project,
        branch: reverted.branch,
        changeId,
        owner: by._account_id,
        patchSets: [await readPatchSet(repository, 1, hash)],
        effect: `Reverts ${reverted.number}.`,
      });
      change.revertOf = reverted.number;
      this.#state.changes.push(change);
      setVote(change, "Verified", people.jenkins, 2);
      addMessage(change, by, "Uploaded patch set 1.", now);
      return change;
    });
  }

  /** Adds a patch set, as if the owner had amended the commit. It removes all votes. */
  async addPatchSet(number: number): Promise<Change> {
    return this.#write(async () => {
      const change = this.#require(number);
      if (change.status !== "NEW") throw new Refused(409, `change is ${change.status.toLowerCase()}`);
      const previous = currentPatchSet(change);
      const next = previous.number + 1;
      const now = new Date();
      const owner = this.account(change.owner);
      const repository = this.repository(change.project);
      const hash = await repository.writeAmended(previous, personOf(owner), now, patchSetRef(number, next));
      this.#stopGate(change);
      change.patchSets.push(await readPatchSet(repository, next, hash));
      change.votes = [];
      setVote(change, "Verified", people.jenkins, 2);
      addMessage(change, owner, `Uploaded patch set ${next}.`, now);
      return change;
    });
  }

  /** Replaces the whole state, while no other write is running. */
  async replace(make: () => Promise<ReviewState>): Promise<void> {
    await this.#write(async () => {
      for (const change of this.changes) this.#stopGate(change);
      this.#state = await make();
    });
  }

  /** Stops the timers; the next start resumes them. Resolves when the last write is stored. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const timer of this.#gates.values()) clearTimeout(timer);
    this.#gates.clear();
    await this.#queue;
  }

  #require(number: number): Change {
    const change = this.find(number);
    if (change === undefined) throw new Refused(404, `Not found: ${number}`);
    return change;
  }

  async #startGate(change: Change, now: Date): Promise<void> {
    if (change.workInProgress || change.gateDue !== null) return;
    if (!(await this.isMergeable(change))) return failMerge(change, now);
    const patchSet = currentPatchSet(change).number;
    addMessage(change, people.jenkins, `Patch Set ${patchSet}:\n\nStarting gate-and-submit jobs.`, now);
    this.#scheduleGate(change, gateMs);
  }

  #stopGate(change: Change): void {
    clearTimeout(this.#gates.get(change.number));
    this.#gates.delete(change.number);
    change.gateDue = null;
  }

  /** @param delayMs at speed 1. Without it a stored time is resumed. */
  #scheduleGate(change: Change, delayMs?: number): void {
    if (delayMs !== undefined) change.gateDue = new Date(Date.now() + delayMs / this.#speed).toISOString();
    if (change.gateDue === null || change.status !== "NEW") return;
    const waitMs = Math.max(0, new Date(change.gateDue).getTime() - Date.now());
    const timer = setTimeout(() => {
      this.#gates.delete(change.number);
      // After an error (no repository, no disk) the gate is still due, and the next start retries it.
      this.#write(() => this.#finishGate(change.number)).catch((cause: unknown) => {
        if (!this.#closed) console.error(cause);
      });
    }, waitMs);
    this.#gates.set(change.number, timer);
  }

  async #finishGate(number: number): Promise<void> {
    const change = this.find(number);
    if (change === undefined || change.status !== "NEW" || change.gateDue === null) return;
    const unmerged = this.changes.filter((other) => other.status !== "MERGED" && dependsOn(change, other));
    if (unmerged.some((other) => other.gateDue !== null)) return this.#scheduleGate(change, gateRetryMs);
    change.gateDue = null;
    const now = new Date();
    if (unmerged.length > 0) {
      const names = unmerged.map((other) => other.number).join(", ");
      return addMessage(change, people.jenkins, `Not merged: depends on ${names}, which is not merged.`, now);
    }
    if (change.failsTests) return failGate(change, now, "Gate pipeline build failed.");
    const { commit, subject, number: patchSet } = currentPatchSet(change);
    const repository = this.repository(change.project);
    const merged = await repository.mergeInto(change.branch, commit, subject, personOf(people.jenkins), now);
    if (merged === null) return failMerge(change, now);
    change.status = "MERGED";
    setVote(change, "Verified", people.jenkins, 2);
    addMessage(
      change,
      people.jenkins,
      `Patch Set ${patchSet}: Verified+2\n\nGate pipeline build succeeded.`,
      now,
    );
    addMessage(change, people.jenkins, "Change has been successfully merged by jenkins-bot", now);
    for (const other of this.changes) {
      const isWaiting = other.status === "NEW" && isApproved(other) && other.gateDue === null;
      if (isWaiting && dependsOn(other, change)) await this.#startGate(other, now);
    }
  }

  /** Runs one write at a time. Its result is returned only when the state is stored. */
  #write<Result>(work: () => Promise<Result>): Promise<Result> {
    const run = this.#queue.then(async () => {
      if (this.#closed) throw new Refused(503, "the sandbox is closing");
      const result = await work();
      await replaceFile(this.#file, `${JSON.stringify(this.#state, null, 1)}\n`);
      return result;
    });
    this.#queue = run.catch(() => undefined);
    return run;
  }
}

function failMerge(change: Change, now: Date): void {
  const advice = `The change conflicts with ${change.branch}. Rebase it and upload a new patch set.`;
  failGate(change, now, `Merge Failed.\n\n${advice}`);
}

function failGate(change: Change, now: Date, reason: string): void {
  const patchSet = currentPatchSet(change).number;
  setVote(change, "Verified", people.jenkins, -1);
  addMessage(change, people.jenkins, `Patch Set ${patchSet}: Verified-1\n\n${reason}`, now);
}

async function readPatchSet(repository: Repository, number: number, commit: string) {
  const [facts] = await repository.readCommits([commit]);
  if (facts === undefined) throw new Error(`commit ${commit} is not in ${repository.directory}`);
  return { number, commit, ...facts };
}

function personOf({ name, email }: Account): Person {
  return { name, email };
}

// Owns the review state: every vote, merge, revert and patch set of the sandbox happens here, one after the
// other, and is on disk before the answer leaves. The "tests" of a change are a wait: when it is over the
// change is really merged with git. A wait that a restart interrupted is taken up again.
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
import { dependsOn, isApproved, labelRanges, randomId, say, setVote, votesIn, type Votes } from "./votes.ts";

const gateSeconds = 12;
/** The tests of a change with this hashtag fail after its approval. */
const failingTestsHashtag = "tests-fail";
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
    for (const change of this.changes) this.#armGate(change);
  }

  get changes(): readonly Change[] {
    return this.#state.changes;
  }

  account(id: number): Account {
    const account = this.#state.accounts.find((candidate) => candidate._account_id === id);
    return account ?? { _account_id: id, name: `Account ${id}`, email: "", username: `account${id}` };
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
    if (change.status !== "NEW") return false;
    const { commit } = currentPatchSet(change);
    return (await this.repository(change.project).tryMerge(change.branch, commit)).tree !== null;
  }

  /** Changes that have to be merged before this one and are not. */
  missing(change: Change): Change[] {
    return this.#state.changes.filter((other) => other.status !== "MERGED" && dependsOn(change, other));
  }

  async vote(
    number: number,
    { patchSet, voter, labels, text }: { patchSet: number; voter: Account; labels: Votes; text: string },
  ): Promise<void> {
    return this.#change(async () => {
      const change = this.#require(number);
      const entries = votesIn(labels);
      if (patchSet !== currentPatchSet(change).number) {
        throw new Refused(409, `patch set ${patchSet} is not the current one`);
      }
      if (entries.length > 0 && change.status !== "NEW") throw new Refused(409, "change is closed");
      const now = new Date();
      for (const [label, value] of entries) setVote(change, label, voter, value, now);
      const summary = entries.map(([label, value]) => ` ${label}${value > 0 ? "+" : ""}${value}`).join("");
      const body = text.trim().slice(0, messageLengthMax);
      say(change, voter, `Patch Set ${patchSet}:${summary}${body && `\n\n${body}`}`, now);
      if (labels["Code-Review"] === labelRanges["Code-Review"][1]) await this.#startGate(change, now);
      if (!isApproved(change, "Code-Review")) this.#stopGate(change);
    });
  }

  async abandon(number: number, by: Account, text: string) {
    return this.#change(async () => {
      const change = this.#require(number);
      if (change.status !== "NEW") throw new Refused(409, `change is ${change.status.toLowerCase()}`);
      this.#stopGate(change);
      change.status = "ABANDONED";
      say(change, by, `Abandoned${text && `\n\n${text}`}`, new Date());
      return change;
    });
  }

  /** A new change that takes back a merged one. */
  async revert(number: number, by: Account, text: string): Promise<Change> {
    return this.#change(async () => {
      const reverted = this.#require(number);
      if (reverted.status !== "MERGED") throw new Refused(409, `change is ${reverted.status.toLowerCase()}`);
      const { commit, subject } = currentPatchSet(reverted);
      const now = new Date();
      const next = Math.max(...this.#state.changes.map((change) => change.number)) + 1;
      const changeId = `I${randomId()}`;
      const said = text.trim() || `Revert "${subject}"\n\nThis reverts commit ${commit}.`;
      const message = `${said}\n\nChange-Id: ${changeId}\n`;
      const repository = this.repository(reverted.project);
      const hash = await repository.writeRevert(commit, message, personOf(by), now, patchSetRef(next, 1));
      const change = newChange({
        number: next,
        project: reverted.project,
        branch: reverted.branch,
        changeId,
        owner: by._account_id,
        patchSets: [await this.#describePatchSet(repository, 1, hash, by)],
        shows: `Takes back ${reverted.number}.`,
      });
      change.revertOf = reverted.number;
      this.#state.changes.push(change);
      setVote(change, "Verified", people.jenkins, 2, now);
      say(change, by, "Uploaded patch set 1.", now);
      say(reverted, by, `Created a revert of this change as ${changeId}`, now);
      return change;
    });
  }

  /** A further patch set of an open change, as if its owner had amended it. Approvals are lost with it. */
  async addPatchSet(
    number: number,
    by: Account | null,
    amendment: { message: string | null; files: Record<string, string> },
  ): Promise<Change> {
    return this.#change(async () => {
      const change = this.#require(number);
      if (change.status !== "NEW") throw new Refused(409, `change is ${change.status.toLowerCase()}`);
      const previous = currentPatchSet(change);
      const now = new Date();
      const uploader = by ?? this.account(change.owner);
      const message = amendment.message ?? previous.message;
      const repository = this.repository(change.project);
      const next = previous.number + 1;
      const owner = this.account(change.owner);
      const hash = await repository.writeAmended(
        previous.commit,
        { message, files: amendment.files, author: personOf(owner), committer: personOf(uploader), at: now },
        patchSetRef(number, next),
      );
      this.#stopGate(change);
      change.patchSets.push(await this.#describePatchSet(repository, next, hash, uploader));
      change.votes = [];
      setVote(change, "Verified", people.jenkins, 2, now);
      say(change, uploader, `Uploaded patch set ${next}.`, now);
      return change;
    });
  }

  /** Finds the account of a user name, or makes one, as a first login does. */
  accountNamed(username: string): Account {
    const known = this.#state.accounts.find((account) => account.username === username);
    if (known !== undefined) return known;
    const id = Math.max(...this.#state.accounts.map((account) => account._account_id)) + 1;
    const account = { _account_id: id, name: username, email: `${username}@orchard.example`, username };
    this.#state.accounts.push(account);
    return account;
  }

  /** Runs a piece of work while nothing else changes the state; the new state replaces the old one. */
  async replace(make: () => Promise<ReviewState>): Promise<void> {
    await this.#change(async () => {
      for (const change of this.changes) this.#stopGate(change);
      this.#state = await make();
    });
  }

  /** Stops waiting for tests; what was due is taken up by the next start. Ends when the last write is out. */
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
    const patchSet = currentPatchSet(change).number;
    if (!(await this.isMergeable(change))) {
      this.#failMerge(change, now);
      return;
    }
    say(change, people.jenkins, `Patch Set ${patchSet}:\n\nStarting gate-and-submit jobs.`, now);
    change.gateDue = new Date(now.getTime() + (gateSeconds * 1000) / this.#speed).toISOString();
    this.#armGate(change);
  }

  #stopGate(change: Change): void {
    clearTimeout(this.#gates.get(change.number));
    this.#gates.delete(change.number);
    change.gateDue = null;
  }

  #armGate(change: Change): void {
    if (change.gateDue === null || change.status !== "NEW") return;
    const waitMs = Math.max(0, new Date(change.gateDue).getTime() - Date.now());
    const timer = setTimeout(() => {
      this.#gates.delete(change.number);
      // A gate that fails here has lost its repository or its disk; the next start finds it still due.
      this.#change(() => this.#finishGate(change.number)).catch((cause: unknown) => {
        if (!this.#closed) console.error(cause);
      });
    }, waitMs);
    this.#gates.set(change.number, timer);
  }

  async #finishGate(number: number): Promise<void> {
    const change = this.find(number);
    if (change === undefined || change.status !== "NEW" || change.gateDue === null) return;
    // Patience as in the real gate: a change waits for what it depends on as long as that is under way.
    const waitsFor = this.missing(change);
    if (waitsFor.some((other) => other.gateDue !== null && !dependsOn(other, change))) {
      change.gateDue = new Date(Date.now() + (gateSeconds * 100) / this.#speed).toISOString();
      this.#armGate(change);
      return;
    }
    change.gateDue = null;
    const now = new Date();
    if (waitsFor.length > 0) {
      const names = waitsFor.map((other) => other.number).join(", ");
      say(change, people.jenkins, `Not merged: it depends on ${names}, which is not merged.`, now);
      return;
    }
    if (change.hashtags.includes(failingTestsHashtag)) {
      this.#failGate(change, now, "Gate pipeline build failed.");
      return;
    }
    const { commit, subject, number: patchSet } = currentPatchSet(change);
    const repository = this.repository(change.project);
    const merged = await repository.mergeInto(change.branch, commit, subject, personOf(people.jenkins), now);
    if (merged === null) {
      this.#failMerge(change, now);
      return;
    }
    change.status = "MERGED";
    change.submitted = { date: now.toISOString(), account: people.jenkins._account_id, commit: merged };
    setVote(change, "Verified", people.jenkins, 2, now);
    say(change, people.jenkins, `Patch Set ${patchSet}: Verified+2\n\nGate pipeline build succeeded.`, now);
    say(change, people.jenkins, "Change has been successfully merged by jenkins-bot", now);
    for (const other of this.changes) {
      const waited = other.status === "NEW" && isApproved(other, "Code-Review") && other.gateDue === null;
      if (waited && dependsOn(other, change)) await this.#startGate(other, now);
    }
  }

  #failMerge(change: Change, now: Date): void {
    const advice = `The change conflicts with ${change.branch}. Rebase it and upload a new patch set.`;
    this.#failGate(change, now, `Merge Failed.\n\n${advice}`);
  }

  #failGate(change: Change, now: Date, reason: string): void {
    const patchSet = currentPatchSet(change).number;
    setVote(change, "Verified", people.jenkins, -1, now);
    say(change, people.jenkins, `Patch Set ${patchSet}: Verified-1\n\n${reason}`, now);
  }

  async #describePatchSet(repository: Repository, number: number, commit: string, uploader: Account) {
    const [facts] = await repository.readCommits([commit]);
    if (facts === undefined) throw new Error(`commit ${commit} is not in ${repository.directory}`);
    return { number, commit, uploader: uploader._account_id, ...facts };
  }

  /** One alteration after the other; its result is given out only when it is stored. */
  #change<Result>(alter: () => Promise<Result>): Promise<Result> {
    const run = this.#queue.then(async () => {
      if (this.#closed) throw new Refused(503, "the sandbox is closing");
      const result = await alter();
      await replaceFile(this.#file, `${JSON.stringify(this.#state, null, 1)}\n`);
      return result;
    });
    this.#queue = run.catch(() => undefined);
    return run;
  }
}

function personOf(account: Account): Person {
  return { name: account.name, email: account.email };
}

// Owns the review state: every vote, merge, revert and patch set of the sandbox happens here, one after the
// other, and is on disk before the answer leaves. The "tests" of a change are a wait: when it is over the
// change is really merged with git. A wait that a restart interrupted is taken up again.
import { createHash, randomBytes } from "node:crypto";
import type { Person } from "./git.ts";
import {
  currentPatchSet,
  patchSetRef,
  replaceFile,
  type Account,
  type Change,
  type LabelName,
  type PatchSet,
  type ReviewState,
} from "./records.ts";
import { Repository } from "./repository.ts";
import { commitSizes } from "./seed/history.ts";
import { people } from "./seed/people.ts";

/** A request that Gerrit would refuse, with the status and the text it is refused with. */
export class Refused extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = "Refused";
    this.status = status;
  }
}

export const labelRanges: Record<LabelName, readonly [number, number]> = {
  "Code-Review": [-2, 2],
  Verified: [-2, 2],
};

const gateSeconds = 12;
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

  get accounts(): readonly Account[] {
    return this.#state.accounts;
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
    return (await this.repository(change.project).tryMerge(change.branch, commit)).clean;
  }

  /** The newest non-zero votes win over older ones of the same person; +2 without a −2 is an approval. */
  isApproved(change: Change, label: LabelName): boolean {
    const values = change.votes.filter((vote) => vote.label === label).map((vote) => vote.value);
    return values.includes(labelRanges[label][1]) && !values.includes(labelRanges[label][0]);
  }

  /** Open changes that have to be merged before this one: its ancestors and what it names in Depends-On. */
  dependencies(change: Change): Change[] {
    const { parents, message } = currentPatchSet(change);
    const named = [...message.matchAll(/^Depends-On:\s*(?:\S*\/)?(I[0-9a-f]{40}|\d+)\s*$/gim)].map(
      (match) => match[1],
    );
    return this.#state.changes.filter(
      (other) =>
        other !== change &&
        other.status !== "MERGED" &&
        (other.patchSets.some((patchSet) => parents.includes(patchSet.commit)) ||
          named.includes(other.changeId) ||
          named.includes(String(other.number))),
    );
  }

  async vote(number: number, voter: Account, votes: Partial<Record<LabelName, number>>, text: string) {
    return this.#change(async () => {
      const change = this.#require(number);
      const entries = Object.entries(votes) as [LabelName, number][];
      for (const [label, value] of entries) {
        const range = labelRanges[label];
        if (range === undefined) throw new Refused(400, `label "${label}" is not a configured label`);
        if (!Number.isInteger(value) || value < range[0] || value > range[1]) {
          throw new Refused(400, `label "${label}": ${value} is not a valid value`);
        }
      }
      if (entries.length > 0 && change.status !== "NEW") throw new Refused(409, "change is closed");
      const now = new Date();
      for (const [label, value] of entries) this.#setVote(change, label, voter, value, now);
      const summary = entries.map(([label, value]) => ` ${label}${value > 0 ? "+" : ""}${value}`).join("");
      const body = text.trim().slice(0, messageLengthMax);
      this.#say(
        change,
        voter,
        `Patch Set ${currentPatchSet(change).number}:${summary}${body && `\n\n${body}`}`,
        now,
      );
      if (votes["Code-Review"] === labelRanges["Code-Review"][1]) await this.#startGate(change, now);
      if (!this.isApproved(change, "Code-Review")) this.#stopGate(change);
    });
  }

  async abandon(number: number, by: Account, text: string) {
    return this.#change(async () => {
      const change = this.#require(number);
      if (change.status !== "NEW") throw new Refused(409, `change is ${change.status.toLowerCase()}`);
      this.#stopGate(change);
      change.status = "ABANDONED";
      this.#say(change, by, `Abandoned${text && `\n\n${text}`}`, new Date());
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
      const changeId = `I${createHash("sha1").update(randomBytes(20)).digest("hex")}`;
      const said = text.trim() || `Revert "${subject}"\n\nThis reverts commit ${commit}.`;
      const message = `${said}\n\nChange-Id: ${changeId}\n`;
      const repository = this.repository(reverted.project);
      const hash = await repository.writeRevert(commit, message, personOf(by), now, patchSetRef(next, 1));
      const at = now.toISOString();
      const change: Change = {
        number: next,
        project: reverted.project,
        branch: reverted.branch,
        changeId,
        status: "NEW",
        owner: by._account_id,
        created: at,
        updated: at,
        workInProgress: false,
        hashtags: [],
        patchSets: [await this.#patchSet(repository, hash, 1, message, by, by, now)],
        votes: [],
        messages: [],
        submitted: null,
        revertOf: reverted.number,
        gateDue: null,
        shows: `Takes back ${reverted.number}.`,
      };
      this.#state.changes.push(change);
      this.#setVote(change, "Verified", people.jenkins, 2, now);
      this.#say(change, by, "Uploaded patch set 1.", now);
      this.#say(reverted, by, `Created a revert of this change as ${changeId}`, now);
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
      change.patchSets.push(await this.#patchSet(repository, hash, next, message, owner, uploader, now));
      change.votes = [];
      this.#setVote(change, "Verified", people.jenkins, 2, now);
      this.#say(change, uploader, `Uploaded patch set ${next}.`, now);
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
    this.#say(change, people.jenkins, `Patch Set ${patchSet}:\n\nStarting gate-and-submit jobs.`, now);
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
      this.#change(() => this.#finishGate(change.number)).catch((cause: unknown) => console.error(cause));
    }, waitMs);
    this.#gates.set(change.number, timer);
  }

  async #finishGate(number: number): Promise<void> {
    const change = this.find(number);
    if (change === undefined || change.status !== "NEW" || change.gateDue === null) return;
    // Patience as in the real gate: a change waits for what it depends on as long as that is under way.
    const waitsFor = this.dependencies(change);
    if (waitsFor.some((other) => other.gateDue !== null)) {
      change.gateDue = new Date(Date.now() + (gateSeconds * 100) / this.#speed).toISOString();
      this.#armGate(change);
      return;
    }
    change.gateDue = null;
    const now = new Date();
    if (waitsFor.length > 0) {
      const names = waitsFor.map((other) => other.number).join(", ");
      this.#say(change, people.jenkins, `Not merged: it depends on ${names}, which is not merged.`, now);
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
    this.#setVote(change, "Verified", people.jenkins, 2, now);
    this.#say(
      change,
      people.jenkins,
      `Patch Set ${patchSet}: Verified+2\n\nGate pipeline build succeeded.`,
      now,
    );
    this.#say(change, people.jenkins, "Change has been successfully merged by jenkins-bot", now);
    for (const other of this.changes) {
      const waited =
        other.status === "NEW" && this.isApproved(other, "Code-Review") && other.gateDue === null;
      if (waited && dependsOn(other, change)) await this.#startGate(other, now);
    }
  }

  #failMerge(change: Change, now: Date): void {
    const patchSet = currentPatchSet(change).number;
    this.#setVote(change, "Verified", people.jenkins, -1, now);
    const text = `Patch Set ${patchSet}: Verified-1\n\nMerge Failed.\n\nThe change conflicts with ${change.branch}. Rebase it and upload a new patch set.`;
    this.#say(change, people.jenkins, text, now);
  }

  #setVote(change: Change, label: LabelName, voter: Account, value: number, at: Date): void {
    change.votes = change.votes.filter((vote) => vote.label !== label || vote.account !== voter._account_id);
    if (value !== 0) change.votes.push({ label, account: voter._account_id, value, date: at.toISOString() });
  }

  #say(change: Change, who: Account, text: string, at: Date): void {
    const date = at.toISOString();
    const patchSet = currentPatchSet(change).number;
    const id = createHash("sha1").update(randomBytes(20)).digest("hex");
    change.messages.push({ id, account: who._account_id, date, text, patchSet });
    change.updated = date;
  }

  async #patchSet(
    repository: Repository,
    commit: string,
    number: number,
    message: string,
    author: Account,
    uploader: Account,
    at: Date,
  ): Promise<PatchSet> {
    const sizes = await commitSizes(repository.directory, [commit]);
    return {
      number,
      commit,
      parents: await repository.parents(commit),
      author: { name: author.name, email: author.email, date: at.toISOString() },
      subject: message.split("\n", 1)[0] ?? "",
      message,
      uploader: uploader._account_id,
      created: at.toISOString(),
      ...(sizes.get(commit) ?? { insertions: 0, deletions: 0 }),
    };
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

function dependsOn(change: Change, dependency: Change): boolean {
  const { parents, message } = currentPatchSet(change);
  const stands = dependency.patchSets.some((patchSet) => parents.includes(patchSet.commit));
  return stands || message.includes(`Depends-On: ${dependency.changeId}`);
}

function personOf(account: Account): Person {
  return { name: account.name, email: account.email };
}

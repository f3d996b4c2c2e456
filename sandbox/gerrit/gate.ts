// The tests that gate a merge: a timer for each approved change. When it expires, the change is merged with git. Timers that a
// restart interrupted are resumed.
import { currentPatchSet, personOf, type Change } from "./records.ts";
import type { ReviewStore } from "./review-store.ts";
import { people } from "./seed/people.ts";
import { addMessage, dependsOn, isApproved, setVote } from "./votes.ts";

/** How long the tests take at speed 1. */
const GATE_MS = 12_000;
/** At speed 1: how often a change whose dependency is still being tested tries again. */
const GATE_RETRY_MS = 1_200;

export type Gate = {
  /** Starts the tests of an approved change. All methods are called within a write of the store. */
  start(change: Change, now: Date): Promise<void>;
  stop(change: Change): void;
  /** Stops the timers; the next start of the sandbox resumes them. */
  close(): void;
};

export function createGate(store: ReviewStore, speed: number): Gate {
  const timers = new Map<number, NodeJS.Timeout>();

  /** @param delayMs at speed 1. Without it a stored time is resumed. */
  function schedule(change: Change, delayMs?: number): void {
    if (delayMs !== undefined) change.gateDue = new Date(Date.now() + delayMs / speed).toISOString();
    if (change.gateDue === null || change.status !== "NEW") return;
    const waitMs = Math.max(0, new Date(change.gateDue).getTime() - Date.now());
    const timer = setTimeout(() => {
      timers.delete(change.number);
      // After an error (no repository, no disk) the gate is still due, and the next start retries it.
      store
        .write(() => finish(change.number))
        .catch((cause: unknown) => {
          if (!store.isClosed()) console.error(cause);
        });
    }, waitMs);
    timers.set(change.number, timer);
  }

  async function start(change: Change, now: Date): Promise<void> {
    if (change.workInProgress || change.gateDue !== null) return;
    const patchSet = currentPatchSet(change);
    const { tree } = await store.repository(change.project).tryMerge(change.branch, patchSet.commit);
    if (tree === undefined) return failMerge(change, now);
    addMessage(
      change,
      people.jenkins,
      `Patch Set ${patchSet.number}:\n\nStarting gate-and-submit jobs.`,
      now,
    );
    schedule(change, GATE_MS);
  }

  async function finish(number: number): Promise<void> {
    const change = store.find(number);
    if (change === undefined || change.status !== "NEW" || change.gateDue === null) return;
    const unmerged = store.changes().filter((other) => other.status !== "MERGED" && dependsOn(change, other));
    if (unmerged.some((other) => other.gateDue !== null)) return schedule(change, GATE_RETRY_MS);
    change.gateDue = null;
    const now = new Date();
    if (!(await merge(store, change, unmerged, now))) return;
    for (const other of store.changes()) {
      const isWaiting = other.status === "NEW" && isApproved(other) && other.gateDue === null;
      if (isWaiting && dependsOn(other, change)) await start(other, now);
    }
  }

  for (const change of store.changes()) schedule(change);
  return {
    start,
    stop(change) {
      clearTimeout(timers.get(change.number));
      timers.delete(change.number);
      change.gateDue = null;
    },
    close() {
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
    },
  };
}

/** @returns whether the change was merged; otherwise a message says why not. */
async function merge(
  store: ReviewStore,
  change: Change,
  unmerged: readonly Change[],
  now: Date,
): Promise<boolean> {
  if (unmerged.length > 0) {
    const names = unmerged.map((other) => other.number).join(", ");
    addMessage(change, people.jenkins, `Not merged: depends on ${names}, which is not merged.`, now);
    return false;
  }
  if (change.failsTests) {
    failGate(change, now, "Gate pipeline build failed.");
    return false;
  }
  const { commit, subject, number } = currentPatchSet(change);
  const repository = store.repository(change.project);
  if (
    (await repository.mergeInto(change.branch, commit, subject, personOf(people.jenkins), now)) === undefined
  ) {
    failMerge(change, now);
    return false;
  }
  change.status = "MERGED";
  setVote(change, "Verified", people.jenkins, 2);
  const succeeded = `Patch Set ${number}: Verified+2\n\nGate pipeline build succeeded.`;
  addMessage(change, people.jenkins, succeeded, now);
  addMessage(change, people.jenkins, "Change has been successfully merged by jenkins-bot", now);
  return true;
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

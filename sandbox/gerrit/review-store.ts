// Owns the review state. Writes are serialised, and stored on disk before they are acknowledged.
import { replaceFile } from "../files.ts";
import type { Account, Change, ReviewState } from "./records.ts";
import { Refused } from "./refused.ts";
import type { Repository } from "./repository.ts";

export type ReviewStore = ReturnType<typeof createReviewStore>;

type Options = { file: string; state: ReviewState; repositories: ReadonlyMap<string, Repository> };

export function createReviewStore({ file, state: initial, repositories }: Options) {
  let state = initial;
  let queue: Promise<unknown> = Promise.resolve();
  let isClosed = false;

  /** Runs one write at a time. Its result is returned only when the state is stored. */
  function write<Result>(work: () => Promise<Result>): Promise<Result> {
    const run = queue.then(async () => {
      if (isClosed) throw new Refused(503, "the sandbox is closing");
      const result = await work();
      await replaceFile(file, `${JSON.stringify(state, null, 1)}\n`);
      return result;
    });
    queue = run.catch(() => undefined);
    return run;
  }

  const find = (number: number) => state.changes.find((change) => change.number === number);

  const account = (id: number): Account => {
    const known = state.accounts.find((candidate) => candidate._account_id === id);
    return known ?? { _account_id: id, name: `Account ${id}`, email: "", username: `account${id}` };
  };

  /** The account with this user name. It is created at its first request. */
  const accountNamed = (username: string): Account => {
    const known = state.accounts.find((candidate) => candidate.username === username);
    if (known !== undefined) return known;
    const id = Math.max(...state.accounts.map((candidate) => candidate._account_id)) + 1;
    const created = { _account_id: id, name: username, email: `${username}@orchard.example`, username };
    state.accounts.push(created);
    return created;
  };

  const repository = (project: string): Repository => {
    const found = repositories.get(project);
    if (found === undefined) throw new Refused(404, `Not found: ${project}`);
    return found;
  };

  return {
    write,
    find,
    account,
    accountNamed,
    repository,
    changes: (): readonly Change[] => state.changes,
    addChange: (change: Change) => void state.changes.push(change),

    require(number: number): Change {
      const change = find(number);
      if (change === undefined) throw new Refused(404, `Not found: ${number}`);
      return change;
    },

    /** Only within a write. */
    replace(next: ReviewState): void {
      state = next;
    },

    isClosed: () => isClosed,

    /** Resolves when the last write is stored. */
    async close(): Promise<void> {
      isClosed = true;
      await queue;
    },
  };
}

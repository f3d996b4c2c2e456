// Reads what Gerrit knows about the changes of a window, so that everyone who watches it sees what would prevent a deployment. A
// lease makes one web process read it, however many there are.
import { type Database, transaction } from "../db/connection.ts";
import { type CheckedItem, claimCheck, type ItemRow, listItems, storeCheck } from "../db/window-items.ts";
import { AppError, problemOf } from "../errors.ts";
import type { Gerrit } from "../gerrit/client.ts";
import type { WindowFacts } from "../contract/window.ts";
import { readChange } from "./read-change.ts";

type Context = { db: Database; gerrit: Gerrit };

/** @param watched windows that people view here. @returns false if no window is due. */
export async function checkNextWindow(context: Context, watched: readonly number[]): Promise<boolean> {
  const { db } = context;
  const windowId = await claimCheck(db, watched);
  if (windowId === undefined) return false;
  const items = await listItems(db, windowId);
  // The requests of one process are limited by the reader of the details (lib/gerrit/details.ts).
  const checked = await Promise.all(items.map((item) => checkItem(context, item)));
  await transaction(db, (tx) => storeCheck(tx, windowId, checked));
  return true;
}

async function checkItem(context: Context, { id, number, project }: ItemRow): Promise<CheckedItem> {
  try {
    const {
      change,
      message: _message,
      files: _files,
      fileCount: _count,
      ...facts
    } = await readChange(context, {
      number,
      project,
    });
    return { id, change, facts: { ...facts, status: change?.status ?? null } };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { id, change: null, facts: unknownFacts(error) };
  }
}

function unknownFacts({ code }: AppError): WindowFacts {
  return {
    status: null,
    isWorkInProgress: null,
    labels: null,
    isMergeable: null,
    dependencies: null,
    unresolvedDependencies: null,
    jobs: [],
    unknown: [{ fact: "change", code, reason: problemOf(code).title }],
  };
}

// A window of one hour with changes, for tests.
import { type Database, transaction } from "#lib/db/connection.ts";
import { insertItem } from "#lib/db/window-items.ts";
import { insertWindow } from "#lib/db/windows.ts";

type WindowSeed = {
  startsAt: Date;
  changes: readonly number[];
  lane?: string;
  project?: string;
  author?: string;
};

/** @returns its number. */
export async function aWindow(db: Database, seed: WindowSeed): Promise<number> {
  const { startsAt, changes, lane = "window", author = "bob" } = seed;
  const project = seed.project ?? "operations/mediawiki-config";
  return transaction(db, async (tx) => {
    const times = { startsAt, endsAt: new Date(startsAt.getTime() + 3_600_000), createdBy: "alice" };
    const id = await insertWindow(tx, { ...times, title: "Backports", lane, seriesId: null });
    if (id === undefined) throw new Error("the window was not inserted");
    for (const number of changes) {
      const change = {
        number,
        patchSet: 1,
        project,
        branch: "master",
        subject: "A change",
        owner: "Bob",
        url: "",
      };
      await insertItem(tx, id, {
        change: { ...change, url: `https://gerrit.example/${number}` },
        author,
        addedBy: "alice",
      });
    }
    return id;
  });
}

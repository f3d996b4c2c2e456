// A frozen lane takes no new jobs and starts none of those that wait. What runs goes on.
import type { Database } from "../db/connection.ts";
import { transaction } from "../db/connection.ts";
import { insertFreeze, liftFreeze } from "../db/lanes.ts";
import { notify } from "../db/notify.ts";
import type { User } from "../domain/permission.ts";
import { AppError } from "../errors.ts";
import type { Queue } from "../queue/queue.ts";

export type Context = { db: Database; queue: Queue };

/** @throws AppError lane_frozen when it is frozen already. */
export async function freezeLane(
  context: Context,
  user: User,
  freeze: { lane: string; reason: string; until: Date | null },
): Promise<void> {
  await transaction(context.db, async (tx) => {
    const isNew = await insertFreeze(tx, { ...freeze, frozenBy: user.name });
    if (!isNew) throw new AppError("lane_frozen", { detail: "Lift the freeze that stands first." });
    await notify(tx, "lane", 0);
  });
}

/** @throws AppError not_found when the lane is not frozen. */
export async function unfreezeLane(context: Context, user: User, lane: string): Promise<void> {
  await transaction(context.db, async (tx) => {
    if (!(await liftFreeze(tx, lane, user.name))) {
      throw new AppError("not_found", { detail: `The lane ${lane} is not frozen.` });
    }
    await notify(tx, "lane", 0);
    await context.queue.announce(tx, "dispatch", { lane });
  });
}

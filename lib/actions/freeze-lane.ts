// A frozen lane accepts no new jobs and starts no queued ones. Running jobs continue.
import { appendAuditEvent } from "../db/audit.ts";
import type { Database } from "../db/connection.ts";
import { transaction } from "../db/connection.ts";
import { insertFreeze, liftFreeze } from "../db/lanes.ts";
import { notify } from "../db/notify.ts";
import { readTime } from "../db/time.ts";
import type { Origin } from "../domain/audit.ts";
import type { User } from "../domain/permission.ts";
import { AppError, fieldRefusal } from "../errors.ts";
import { planLaneWebhooks } from "../notify/plan-webhooks.ts";
import { sendDispatch } from "../queue/send.ts";

type Context = { db: Database; origin: Origin };

/** @throws AppError lane_frozen when it is frozen already, unacceptable_value when `until` is in the past. */
export async function freezeLane(
  context: Context,
  user: User,
  freeze: { lane: string; reason: string; until: Date | null },
): Promise<void> {
  // The constraint refuses it as well. Checked first, so that the database logs no error.
  if (freeze.until !== null && freeze.until <= (await readTime(context.db))) throw endsInThePast();
  await transaction(context.db, async (tx) => {
    const isNew = await insertFreeze(tx, { ...freeze, frozenBy: user.name });
    if (!isNew) {
      throw new AppError("lane_frozen", { detail: "Nothing was changed. Lift the current freeze first." });
    }
    await appendAuditEvent(tx, context.origin, {
      kind: "lane_frozen",
      actor: user.name,
      target: freeze.lane,
      details: { reason: freeze.reason, until: freeze.until?.toISOString() ?? null },
    });
    await planLaneWebhooks(tx, {
      type: "lane.frozen",
      data: {
        lane: freeze.lane,
        by: user.name,
        reason: freeze.reason,
        until: freeze.until?.toISOString() ?? null,
      },
    });
    await notify(tx, "lane", 0);
  });
}

function endsInThePast(): AppError {
  return fieldRefusal("unacceptable_value", {
    field: "until",
    detail: "The end of the freeze is in the past.",
  });
}

/** @throws AppError not_found when the lane is not frozen. */
export async function unfreezeLane(context: Context, user: User, lane: string): Promise<void> {
  await transaction(context.db, async (tx) => {
    if (!(await liftFreeze(tx, lane, user.name))) {
      throw new AppError("not_found", { detail: `The lane ${lane} is not frozen.` });
    }
    await appendAuditEvent(tx, context.origin, { kind: "lane_unfrozen", actor: user.name, target: lane });
    await planLaneWebhooks(tx, { type: "lane.unfrozen", data: { lane, by: user.name } });
    await notify(tx, "lane", 0);
    await sendDispatch(tx, lane);
  });
}

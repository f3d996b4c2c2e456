// Lanes that do not go on by themselves: held by a lost job, or frozen by an admin.
import { type Database, query, type Transaction } from "./connection.ts";
import { stands } from "./rules.ts";

export type Freeze = { lane: string; reason: string; frozenBy: string; frozenAt: Date; until: Date | null };

export async function findFreeze(tx: Transaction, lane: string): Promise<Freeze | undefined> {
  const [row] = await tx.execute<Freeze>(
    `select f.lane, f.reason, f.frozen_by as "frozenBy", f.frozen_at as "frozenAt", f.until
     from spiderpig.lane_freeze f
     where f.lane = $1 and ${stands("f")}`,
    [lane],
  );
  return row;
}

export async function listFreezes(db: Database): Promise<Freeze[]> {
  return query<Freeze>(
    db,
    `select f.lane, f.reason, f.frozen_by as "frozenBy", f.frozen_at as "frozenAt", f.until
     from spiderpig.lane_freeze f
     where ${stands("f")}
     order by f.lane`,
  );
}

/**
 * Freezes, requests and starts of one lane take turns by this, to the end of their transactions. A statement of its own,
 * like `lockJob`: a start that waited in the middle of its statement would go on to see a lane that was not frozen yet.
 *
 * A row and not an advisory lock, which anybody can hold who may connect to the database, also a reader of the history.
 */
export async function lockLane(tx: Transaction, lane: string): Promise<void> {
  await tx.execute(
    "insert into spiderpig.lane (name) values ($1) on conflict (name) do update set name = excluded.name",
    [lane],
  );
}

/** @returns false when the lane is frozen already. A freeze whose end has come makes room for a new one. */
export async function insertFreeze(
  tx: Transaction,
  freeze: { lane: string; reason: string; frozenBy: string; until: Date | null },
): Promise<boolean> {
  await lockLane(tx, freeze.lane);
  await tx.execute(
    `update spiderpig.lane_freeze
     set lifted_at = until, lifted_by = frozen_by
     where lane = $1 and lifted_at is null and until <= now()`,
    [freeze.lane],
  );
  const rows = await tx.execute(
    `insert into spiderpig.lane_freeze (lane, reason, frozen_by, until)
     values ($1, $2, $3, $4)
     on conflict (lane) where lifted_at is null do nothing
     returning id`,
    [freeze.lane, freeze.reason, freeze.frozenBy, freeze.until],
  );
  return rows.length > 0;
}

/** @returns false when the lane is not frozen. */
export async function liftFreeze(tx: Transaction, lane: string, liftedBy: string): Promise<boolean> {
  const rows = await tx.execute(
    `update spiderpig.lane_freeze f set lifted_at = now(), lifted_by = $2
     where f.lane = $1 and ${stands("f")}
     returning f.id`,
    [lane, liftedBy],
  );
  return rows.length > 0;
}

/** Lets the lane of a lost job go on. @returns the lane; undefined when the job does not hold one any more. */
export async function releaseLane(
  tx: Transaction,
  jobId: number,
  releasedBy: string,
): Promise<string | undefined> {
  const [row] = await tx.execute<{ lane: string }>(
    `update spiderpig.job
     set lane_released_at = now(), lane_released_by = $2
     where id = $1 and state = 'lost' and lane_released_at is null
     returning lane`,
    [jobId, releasedBy],
  );
  return row?.lane;
}

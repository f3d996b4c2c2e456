// Lanes: the host that each is bound to, and those that start no jobs: frozen by an admin, or held by a lost job until a person
// releases them.
import type { Lane } from "../contract/lane.ts";
import type { Database, Transaction } from "./connection.ts";
import { holdsLane, isInForce } from "./rules.ts";
import {
  firstRow,
  integer,
  nullable,
  onlyRow,
  type RowOf,
  rows,
  statement,
  text,
  timestamptz,
} from "./statement.ts";

const FREEZE = {
  lane: text,
  reason: text,
  frozenBy: text,
  frozenAt: timestamptz,
  until: nullable(timestamptz),
};
export type Freeze = RowOf<typeof FREEZE>;

const FREEZE_COLUMNS = `f.lane, f.reason, f.frozen_by as "frozenBy", f.frozen_at as "frozenAt", f.until`;

const FREEZE_OF_LANE = statement(
  FREEZE,
  `select ${FREEZE_COLUMNS} from spiderpig.lane_freeze f where f.lane = $1 and ${isInForce("f")}`,
);

export async function findFreeze(tx: Transaction, lane: string): Promise<Freeze | undefined> {
  return firstRow(tx, FREEZE_OF_LANE, [lane]);
}

const FREEZES = statement(
  FREEZE,
  `select ${FREEZE_COLUMNS} from spiderpig.lane_freeze f where ${isInForce("f")} order by f.lane`,
);

export async function listFreezes(db: Database): Promise<Freeze[]> {
  return rows(db, FREEZES);
}

const LANES = statement(
  { name: text, heldBy: nullable(integer), host: nullable(text) },
  `select n.name, l.host,
     (select j.id from spiderpig.job j where j.lane = n.name and ${holdsLane("j")}) as "heldBy"
   from (
     select j.lane as name from spiderpig.job j where j.finished_at is null or ${holdsLane("j")}
     union
     select f.lane from spiderpig.lane_freeze f where ${isInForce("f")}
     union
     select b.name from spiderpig.lane b where b.host is not null
   ) n
   left join spiderpig.lane l on l.name = n.name
   order by n.name collate "C"`,
);

/** Lanes that have a job that has not ended, or a lost one, or are frozen, or bound to a host. */
export async function listLanes(db: Database): Promise<Lane[]> {
  const [lanes, freezes] = await Promise.all([rows(db, LANES), listFreezes(db)]);
  return lanes.map((lane) => {
    const freeze = freezes.find((one) => one.lane === lane.name);
    return {
      ...lane,
      freeze:
        freeze === undefined
          ? null
          : {
              reason: freeze.reason,
              frozenBy: freeze.frozenBy,
              frozenAt: freeze.frozenAt.toISOString(),
              until: freeze.until?.toISOString() ?? null,
            },
    };
  });
}

const LANE_NAMES = statement({ name: text }, "select l.name from spiderpig.lane l order by l.name");

/** All lanes that were ever used. */
export async function listLaneNames(db: Database): Promise<string[]> {
  const found = await rows(db, LANE_NAMES);
  return found.map(({ name }) => name);
}

/**
 * Locks the lane to the end of the transaction: freezes, switches, requests and starts in a lane exclude each other. A statement of
 * its own, like `lockJob`: a statement that waits for a lock in its middle sees the rows as they were before the wait, and
 * would start a job in a lane that has been frozen meanwhile.
 *
 * A row and not an advisory lock, which any role that can connect may hold, including readers of the history.
 */
export async function lockLane(tx: Transaction, lane: string): Promise<void> {
  await tx.execute(
    "insert into spiderpig.lane (name) values ($1) on conflict (name) do update set name = excluded.name",
    [lane],
  );
}

const BIND_LANE = statement(
  { name: text },
  `update spiderpig.lane set host = $2 where name = $1 and host is null returning name`,
);

/** The caller has locked the lane. @returns false when the lane is bound already. */
export async function bindLane(tx: Transaction, lane: string, host: string): Promise<boolean> {
  return (await firstRow(tx, BIND_LANE, [lane, host])) !== undefined;
}

const UNBIND_LANE = statement(
  { name: text },
  `update spiderpig.lane set host = null where name = $1 and host = $2 returning name`,
);

/** The caller has locked the lane. @returns false when the lane is not bound to this host. */
export async function unbindLane(tx: Transaction, lane: string, host: string): Promise<boolean> {
  return (await firstRow(tx, UNBIND_LANE, [lane, host])) !== undefined;
}

const HOST_OF_LANE = statement(
  { host: nullable(text) },
  "select l.host from spiderpig.lane l where l.name = $1",
);

const LANES_OF_HOST = statement({ name: text }, "select l.name from spiderpig.lane l where l.host = $1");

export async function listLanesOfHost(tx: Transaction, host: string): Promise<string[]> {
  const found = await rows(tx, LANES_OF_HOST, [host]);
  return found.map(({ name }) => name);
}

/** From the commit on, only this host starts jobs of the lane. @returns the host before, if there was one. */
export async function switchLaneRow(
  tx: Transaction,
  lane: string,
  host: string,
): Promise<string | undefined> {
  await lockLane(tx, lane);
  const { host: before } = await onlyRow(tx, HOST_OF_LANE, [lane]);
  await tx.execute("update spiderpig.lane set host = $2 where name = $1", [lane, host]);
  return before ?? undefined;
}

const INSERT_FREEZE = statement(
  { id: integer },
  `insert into spiderpig.lane_freeze (lane, reason, frozen_by, until)
   values ($1, $2, $3, $4)
   on conflict (lane) where lifted_at is null do nothing
   returning id`,
);

/** @returns false when the lane is frozen already. An expired freeze is replaced. */
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
  const inserted = await rows(tx, INSERT_FREEZE, [freeze.lane, freeze.reason, freeze.frozenBy, freeze.until]);
  return inserted.length > 0;
}

const LIFT_FREEZE = statement(
  { id: integer },
  `update spiderpig.lane_freeze f set lifted_at = now(), lifted_by = $2
   where f.lane = $1 and ${isInForce("f")}
   returning f.id`,
);

/** @returns false when the lane is not frozen. */
export async function liftFreeze(tx: Transaction, lane: string, liftedBy: string): Promise<boolean> {
  const lifted = await rows(tx, LIFT_FREEZE, [lane, liftedBy]);
  return lifted.length > 0;
}

const RELEASE_LANE = statement(
  { lane: text },
  `update spiderpig.job
   set lane_released_at = now(), lane_released_by = $2
   where id = $1 and state = 'lost' and lane_released_at is null
   returning lane`,
);

/** Releases the lane of a lost job. @returns the lane; undefined when the job does not hold one. */
export async function releaseLane(
  tx: Transaction,
  jobId: number,
  releasedBy: string,
): Promise<string | undefined> {
  const row = await firstRow(tx, RELEASE_LANE, [jobId, releasedBy]);
  return row?.lane;
}

// Whether a request to move the train fits its current state. It is checked in the transaction that queues the job, so that of two
// people who decided on the same state only one moves the train.
import type { Train } from "../contract/train.ts";
import type { Transaction } from "../db/connection.ts";
import { findTrain, findTrainJob, isSameTrain } from "../db/train.ts";
import type { OperationValues } from "../domain/operation.ts";
import {
  ALL_WIKIS,
  isRefusal,
  planMove,
  START,
  type StationOrStart,
  type TrainAction,
} from "../domain/train.ts";
import { AppError, fieldRefusal } from "../errors.ts";
import type { Operation } from "../operations/operation.ts";

const NOTHING_QUEUED = "Nothing was queued.";

/** The caller holds the lane. @throws AppError train_unknown, train_busy, train_changed, unacceptable_value. */
export async function requireFittingTrain(
  tx: Transaction,
  { operation, lane, values }: { operation: Operation; lane: string; values: OperationValues },
): Promise<void> {
  // The lock of another lane would not exclude a second request.
  if (lane !== operation.lane) throw refusal("lane", `The train has the lane ${operation.lane}.`);
  const train = await findTrain(tx);
  if (train === undefined || train.staleSince !== null) {
    const why = train === undefined ? "No worker reads it." : `${train.host} does not report it.`;
    throw new AppError("train_unknown", { detail: `${why} ${NOTHING_QUEUED}` });
  }
  const job = await findTrainJob(tx);
  if (job !== undefined) {
    throw new AppError("train_busy", {
      detail: `Job ${job} has not ended. ${NOTHING_QUEUED}`,
      extra: { job, train },
    });
  }
  const request = requestOf(values);
  const isRollbackToStart = request.station === START;
  const version = isRollbackToStart ? train.oldVersion : train.version;
  if (
    request.version !== version ||
    request.oldVersion !== train.oldVersion ||
    !(await isSameTrain(tx, request.state, train.id))
  ) {
    throw new AppError("train_changed", {
      detail: `${positionOf(train)} ${NOTHING_QUEUED} Check the current state, then try again.`,
      extra: { train },
    });
  }
  const { versions, groups, ...summary } = train;
  const plan = planMove({ summary, wikis: { versions, groups } }, request);
  if (isRefusal(plan)) throw refusal(plan.field === "station" ? "group" : plan.field, plan.detail);
}

type TrainRequest = {
  action: TrainAction;
  station: StationOrStart;
  version: string;
  oldVersion: string;
  excludedWikis: string[];
  state: number;
};

/** The form of the operation has accepted the values. */
function requestOf(values: OperationValues): TrainRequest {
  const { action, group, version, oldVersion, excludedWikis, state } = values as Record<string, string>;
  return {
    action: action as TrainAction,
    station: group === ALL_WIKIS ? START : (group as StationOrStart),
    version: version ?? "",
    oldVersion: oldVersion ?? "",
    excludedWikis: excludedWikis === undefined ? [] : excludedWikis.split(","),
    state: Number(state),
  };
}

function positionOf({ station, version }: Train): string {
  return `It is at ${station}, with version ${version ?? "unknown"}.`;
}

function refusal(field: string, detail: string): AppError {
  return fieldRefusal("unacceptable_value", { field, detail });
}

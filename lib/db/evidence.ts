// The evidence in the output of a job, stored with the output: for the worker that continues the job, and, as far as it
// shows where the changes are, for its watchers.
import { type Evidence, reachOf } from "../domain/evidence.ts";
import type { Transaction } from "./connection.ts";
import { appendEvent } from "./events.ts";

/** A change of how far the job came is an event of its own, so that its watchers are notified. */
export async function storeEvidence(
  tx: Transaction,
  jobId: number,
  before: Evidence,
  after: Evidence,
  at: Date | undefined,
): Promise<void> {
  if (after === before) return;
  const { reached, isPartial } = reachOf(after);
  const was = reachOf(before);
  const isNews =
    reached !== was.reached || isPartial !== was.isPartial || after.isApproved !== before.isApproved;
  await tx.execute(
    "update spiderpig.job set evidence = $2, reached = $3, reach_is_partial = $4, is_approved = $5 where id = $1",
    [jobId, after, reached, isPartial, after.isApproved],
  );
  if (!isNews) return;
  await appendEvent(tx, jobId, {
    kind: "reach_changed",
    ...(at === undefined ? {} : { at }),
    data: { reached, isPartial, isApproved: after.isApproved },
  });
}

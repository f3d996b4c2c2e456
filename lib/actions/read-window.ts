// A window with its changes. What became of each change follows from the jobs of the window.
import { cancellation, findWindow } from "../db/windows.ts";
import type { Database } from "../db/connection.ts";
import { type ItemRow, listItems, listWindowJobs } from "../db/window-items.ts";
import { REVERT } from "../domain/operation.ts";
import { isChangeReverted } from "../domain/revert.ts";
import { windowItemState } from "../domain/window.ts";
import { AppError } from "../errors.ts";
import type { JobSummary } from "../contract/job.ts";
import type { DeploymentWindow, WindowItem } from "../contract/window.ts";

/** @throws AppError not_found. */
export async function readWindow(db: Database, id: number): Promise<DeploymentWindow> {
  const window = await findWindow(db, id);
  if (window === undefined) throw new AppError("not_found", { detail: `There is no window ${id}.` });
  const [items, jobs] = await Promise.all([listItems(db, id), listWindowJobs(db, id)]);
  const { seriesId, isSeriesEnded, title, lane, startsAt, endsAt, createdBy, checkedAt } = window;
  return {
    id,
    title,
    lane,
    startsAt: startsAt.toISOString(),
    endsAt: endsAt.toISOString(),
    seriesId,
    isSeriesEnded,
    createdBy,
    cancelled: cancellation(window.cancelledAt, window.cancelledBy),
    checkedAt: checkedAt?.toISOString() ?? null,
    items: items.map((item) => toItem(item, jobs)),
  };
}

/** @param jobs the newest first */
function toItem(row: ItemRow, jobs: readonly JobSummary[]): WindowItem {
  const { id, number, patchSet, project, branch, subject, owner, url, author, addedBy, addedAt, facts } = row;
  const job = jobs.find(
    ({ kind, changes }) =>
      kind !== REVERT && changes.some((one) => one.number === number && one.project === project),
  );
  const report = reportOf(row);
  return {
    id,
    change: { number, patchSet, project, branch, subject, owner, url },
    author,
    addedBy,
    addedAt: addedAt.toISOString(),
    report,
    state: windowItemState(
      report ?? undefined,
      job && { ...job, isReverted: isChangeReverted(number, job.revertedBy) },
    ),
    job: job ?? null,
    facts,
  };
}

function reportOf({
  report: kind,
  reportedBy: by,
  reportedAt: at,
  reportedJobId: jobId,
}: ItemRow): WindowItem["report"] {
  return kind === null || by === null || at === null ? null : { kind, by, at: at.toISOString(), jobId };
}

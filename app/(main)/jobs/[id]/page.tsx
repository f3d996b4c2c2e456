import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { AppError } from "#lib/errors.ts";
import type { User } from "#lib/domain/permission.ts";
import { loadJob, loadLog } from "#lib/web/loaders.ts";
import type { Job } from "#lib/contract/job.ts";
import type { LogPage } from "#lib/contract/log.ts";
import { JobView } from "../../../features/job/job-view.tsx";
import { signedInUser } from "../../../client/signed-in-user.ts";

/** A few screens only: rendered lines are transferred twice, as HTML and as data. */
const FIRST_LINES = 150;

type JobPageProps = { params: Promise<{ id: string }> };

export async function generateMetadata({ params }: JobPageProps): Promise<Metadata> {
  return { title: `Job ${(await params).id} · SpiderPig` };
}

export default async function JobPage({ params }: JobPageProps) {
  const { id: text } = await params;
  if (!/^[1-9]\d{0,8}$/.test(text)) notFound();
  const id = Number(text);
  const user = await signedInUser(`/jobs/${id}`);
  const job = await load(user, id);
  if (job === undefined) notFound();
  // Not awaited: the page, and an open question, are shown before the log.
  return <JobView key={id} rendered={job} firstLog={loadFirstLog(user, job)} />;
}

async function load(user: User, id: number): Promise<Job | undefined> {
  try {
    return await loadJob(user, id);
  } catch (error) {
    if (error instanceof AppError && error.code === "job_not_found") return undefined;
    throw error;
  }
}

/** Readers start at the end; the page fetches the rest when it is scrolled into view. */
async function loadFirstLog(user: User, { id, totalLines, outputRemovedAt }: Job): Promise<LogPage> {
  if (outputRemovedAt !== null) {
    return { lines: [], totalLines, settledLines: totalLines, complete: true };
  }
  return loadLog(user, id, { fromLine: Math.max(1, totalLines - FIRST_LINES + 1), limit: FIRST_LINES });
}

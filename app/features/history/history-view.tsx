"use client";
// The history: every job, found by words and filters. The address is the state: each search and each page of the list has
// one of its own, rendered by the server, so that Back, reload and a link to a colleague show the same list.
import Link from "next/link";
import type { JobPage } from "#lib/contract/job.ts";
import { PageDock } from "../shell/page-dock.tsx";
import { countFilters, exportHref, firstPage, historyHref, type HistoryParams } from "./history-address.ts";
import { HistoryFilters } from "./history-filters.tsx";
import { JobList } from "./job-list.tsx";
import { useCurrentJobs } from "./use-current-jobs.ts";
import { useHistoryNavigation } from "./use-history-navigation.ts";
import { Main } from "../../ui/main.tsx";
import styles from "./history-view.module.css";

type HistoryViewProps = {
  params: HistoryParams;
  /** Parameters of the address that are not valid. */
  invalid: readonly string[];
  page: JobPage;
};

export function HistoryView({ params, invalid, page }: HistoryViewProps) {
  const navigation = useHistoryNavigation();
  const { jobs, newerCount } = useCurrentJobs(page.jobs);
  const isFirstOfAll = historyHref(params) === "/history";
  return (
    <Main className={styles.history}>
      <h1 className={styles.title}>History</h1>
      <HistoryFilters params={params} jobs={page.jobs} navigation={navigation} />
      <div className={styles.bar}>
        <div className={styles.summary}>
          <output>
            {invalid.length > 0
              ? `The address has an invalid value: ${invalid.join(", ")}.`
              : summaryOf(page)}
          </output>
          {countFilters(params) > 0 && <Link href={historyHref({ q: params.q ?? "" })}>Clear filters</Link>}
          {isFirstOfAll && newerCount > 0 && (
            <button type="button" className={styles.newer} onClick={navigation.reload}>
              Show {newerCount} newer
            </button>
          )}
        </div>
        <span className={styles.exports}>
          Export <a href={exportHref(params, "csv")}>CSV</a> <a href={exportHref(params, "json")}>JSON</a>
        </span>
      </div>
      <div className={styles.results} data-stale={navigation.isPending || undefined}>
        {jobs.length > 0 && <JobList jobs={jobs} label="Jobs" words={wordsOf(params)} />}
      </div>
      <Pager params={params} page={page} />
      <PageDock />
    </Main>
  );
}

function wordsOf({ q = "", project, change }: HistoryParams): string[] {
  return [...q.split(/\s+/), project ?? "", change ?? ""].filter((word) => word !== "");
}

function summaryOf({ jobs, hasNewer, hasOlder }: JobPage): string {
  if (jobs.length === 0) return hasNewer ? "No older jobs match." : "No jobs match.";
  const count = jobs.length === 1 ? "1 job" : `${jobs.length} jobs`;
  return hasNewer || hasOlder ? `${count} on this page, newest first.` : `${count}, newest first.`;
}

function Pager({ params, page }: { params: HistoryParams; page: JobPage }) {
  const { jobs, hasNewer, hasOlder } = page;
  if (!hasNewer && !hasOlder) return null;
  const search = firstPage(params);
  const newest = jobs[0];
  const oldest = jobs.at(-1);
  return (
    <nav className={styles.pager} aria-label="Pages">
      {hasNewer ? <Link href={historyHref(search)}>Newest</Link> : <span>Newest</span>}
      {hasNewer && newest !== undefined ? (
        <Link href={historyHref({ ...search, after: String(newest.id) })}>Newer</Link>
      ) : (
        <span>Newer</span>
      )}
      {hasOlder && oldest !== undefined ? (
        <Link href={historyHref({ ...search, before: String(oldest.id) })}>Older</Link>
      ) : (
        <span>Older</span>
      )}
    </nav>
  );
}

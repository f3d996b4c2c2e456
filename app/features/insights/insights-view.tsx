// The insights page: reports about the history as charts. Rendered on the server, without any script of its own: the address
// has the time, the operation and the lane, and a form changes it.
import Link from "next/link";
import type { InsightReports } from "#lib/contract/insight.ts";
import { type InsightScope, weeksOf } from "#lib/domain/insight.ts";
import { Main } from "../../ui/main.tsx";
import { PageDock } from "../shell/page-dock.tsx";
import { InsightsFilters } from "./insights-filters.tsx";
import type { InsightsParams } from "./insights-address.ts";
import { JobTimeReport, LeadTimeReport } from "./lead-time-report.tsx";
import { ChangeFailureReport, RestoreTimeReport } from "./failure-reports.tsx";
import { InterruptionReport } from "./interruption-report.tsx";
import { OutcomeReport, PeopleReport } from "./outcome-reports.tsx";
import { PhaseReport } from "./phase-report.tsx";
import { WaitsByHourReport, WaitsByPersonReport, WaitsByQuestionReport } from "./wait-reports.tsx";
import styles from "./insights-view.module.css";

type InsightsViewProps = {
  params: InsightsParams;
  scope: InsightScope;
  invalid: readonly string[];
  /** For the ranges until now. */
  today: string;
  operations: readonly { kind: string; name: string }[];
  lanes: readonly string[];
  reports: InsightReports;
};

/** What each report is rendered with. */
export type ReportProps = { params: InsightsParams; weeks: readonly string[]; reports: InsightReports };

export function InsightsView({ reports, ...address }: InsightsViewProps) {
  const { params, scope, invalid } = address;
  const given = { params, weeks: weeksOf(scope), reports };
  return (
    <Main className={styles.page}>
      <h1 className={styles.title}>Insights</h1>
      <InsightsFilters {...address} />
      {invalid.length > 0 && (
        <output>The address has an invalid value: {invalid.join(", ")}. Defaults are shown.</output>
      )}
      <div className={styles.reports}>
        <OutcomeReport {...given} />
        <InterruptionReport {...given} />
        <LeadTimeReport {...given} />
        <JobTimeReport {...given} />
        <ChangeFailureReport {...given} />
        <RestoreTimeReport {...given} />
        <WaitsByQuestionReport {...given} />
        <WaitsByHourReport {...given} />
        <PeopleReport {...given} />
        <WaitsByPersonReport {...given} />
        <PhaseReport {...given} />
      </div>
      <p className={styles.note}>
        Weeks begin on Mondays at 00:00 UTC, and the current one is not over. A job counts in the week in
        which it ended. <Link href="/history">History</Link> has the jobs themselves.
      </p>
      <PageDock />
    </Main>
  );
}

import type { Metadata } from "next";
import { loadTime } from "#lib/web/loaders.ts";
import { loadInsightChoices, loadInsights } from "#lib/web/insights.ts";
import { signedInUser } from "../../client/signed-in-user.ts";
import { insightsHref } from "../../features/insights/insights-address.ts";
import { InsightsView } from "../../features/insights/insights-view.tsx";
import { readInsightsAddress } from "../../features/insights/read-insights-address.ts";

export const metadata: Metadata = { title: "Insights · SpiderPig" };

type InsightsPageProps = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function InsightsPage({ searchParams }: InsightsPageProps) {
  const now = await loadTime();
  const address = readInsightsAddress(await searchParams, now);
  const user = await signedInUser(insightsHref(address.params));
  const choices = await loadInsightChoices(user);
  const reports = await loadInsights(user, address.scope);
  return (
    <InsightsView
      {...address}
      today={now.toISOString().slice(0, 10)}
      operations={choices.operations}
      lanes={choices.lanes}
      reports={reports}
    />
  );
}

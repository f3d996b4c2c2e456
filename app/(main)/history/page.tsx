import type { Metadata } from "next";
import { loadHistory } from "#lib/web/loaders.ts";
import { signedInUser } from "../../client/signed-in-user.ts";
import { historyHref } from "../../features/history/history-address.ts";
import { HistoryView } from "../../features/history/history-view.tsx";
import { readAddress } from "../../features/history/read-address.ts";

export const metadata: Metadata = { title: "History · SpiderPig" };

type HistoryPageProps = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function HistoryPage({ searchParams }: HistoryPageProps) {
  const { params, filter, start, invalid } = readAddress(await searchParams);
  const user = await signedInUser(historyHref(params));
  const page =
    invalid.length === 0
      ? await loadHistory(user, filter, start)
      : { jobs: [], hasNewer: false, hasOlder: false };
  return <HistoryView params={params} invalid={invalid} page={page} />;
}

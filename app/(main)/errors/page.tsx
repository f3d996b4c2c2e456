import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { config } from "#lib/config.ts";
import { loadErrorRate } from "#lib/web/error-loaders.ts";
import { signedInUser } from "../../client/signed-in-user.ts";
import { errorsHref, readErrorFilter } from "../../features/errors/error-filter.ts";
import { ErrorsView } from "../../features/errors/errors-view.tsx";

export const metadata: Metadata = { title: "Errors · SpiderPig" };

type ErrorsPageProps = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function ErrorsPage({ searchParams }: ErrorsPageProps) {
  const filter = readErrorFilter(await searchParams);
  const user = await signedInUser(errorsHref(filter));
  if (config().errors === undefined) notFound();
  return <ErrorsView rendered={await loadErrorRate(user)} initial={filter} />;
}

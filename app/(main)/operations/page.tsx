import type { Metadata } from "next";
import { loadOperations } from "#lib/web/loaders.ts";
import { signedInUser } from "../../client/signed-in-user.ts";
import { OperationsView } from "../../features/operations/operations-view.tsx";
import { operationHref, OPERATIONS_HREF } from "../../text/page-links.ts";

export const metadata: Metadata = { title: "Operations · SpiderPig" };

type OperationsPageProps = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function OperationsPage({ searchParams }: OperationsPageProps) {
  const { kind } = await searchParams;
  const selected = typeof kind === "string" ? kind : undefined;
  const user = await signedInUser(selected === undefined ? OPERATIONS_HREF : operationHref(selected));
  return <OperationsView {...loadOperations(user)} selected={selected} />;
}

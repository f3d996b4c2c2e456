import type { Metadata } from "next";
import { loadAudit } from "#lib/web/admin-loaders.ts";
import { signedInUser } from "../../../client/signed-in-user.ts";
import { auditHref } from "../../../features/admin/audit-address.ts";
import { AuditView } from "../../../features/admin/audit-view.tsx";
import { readAuditAddress } from "../../../features/admin/read-audit-address.ts";

export const metadata: Metadata = { title: "Audit · SpiderPig" };

type AuditPageProps = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function AdminAuditPage({ searchParams }: AuditPageProps) {
  const { params, filter, olderThan, invalid } = readAuditAddress(await searchParams);
  const user = await signedInUser(auditHref(params));
  const { events, hasOlder } =
    invalid.length === 0 ? await loadAudit(user, filter, olderThan) : { events: [], hasOlder: false };
  return <AuditView params={params} invalid={invalid} events={events} hasOlder={hasOlder} />;
}
